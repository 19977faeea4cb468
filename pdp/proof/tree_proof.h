// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_TREE_PROOF_H_
#define PULLGATE_PDP_PROOF_TREE_PROOF_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/audit/event_hash.h"

namespace pullgate::pdp {

// Who knows the hashes of complete subtrees (merkle_tree.h).
class NodeSource {
 public:
  virtual ~NodeSource() = default;

  virtual absl::StatusOr<EventHash> Node(int level, int64_t index) = 0;
};

// The Merkle tree hash of the first `size` leaves. Errors, here and below, are
// those of `nodes`.
absl::StatusOr<EventHash> RootOf(NodeSource& nodes, int64_t size);

// What proves that a leaf is in the tree of `size` leaves (RFC 9162, section
// 2.1.3): 0 <= leaf < size.
absl::StatusOr<std::vector<EventHash>> InclusionPath(NodeSource& nodes,
                                                     int64_t leaf,
                                                     int64_t size);

// What proves that the tree of `first` leaves is the beginning of that of
// `second` (section 2.1.4): 0 <= first <= second. Empty if first is 0 or
// second: then there is nothing to prove that the roots do not say.
absl::StatusOr<std::vector<EventHash>> ConsistencyPath(NodeSource& nodes,
                                                       int64_t first,
                                                       int64_t second);

// InvalidArgument: `path` does not prove it (sections 2.1.3.2 and 2.1.4.2). Any
// arguments are safe.
absl::Status VerifyInclusion(const EventHash& leaf_hash, int64_t leaf,
                             int64_t size, const std::vector<EventHash>& path,
                             const EventHash& root);
absl::Status VerifyConsistency(int64_t first, const EventHash& first_root,
                               int64_t second, const EventHash& second_root,
                               const std::vector<EventHash>& path);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_TREE_PROOF_H_
