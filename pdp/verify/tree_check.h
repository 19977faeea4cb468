// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_TREE_CHECK_H_
#define PULLGATE_PDP_VERIFY_TREE_CHECK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/proof/merkle_tree.h"
#include "pdp/proof/tree_store.h"
#include "pdp/verify/findings.h"

namespace pullgate::pdp {

// Holds the tree of a ledger's file against its events: computes it anew, in
// one pass and in memory that does not grow, and compares it with each stored
// node and each signed root. Of events that were forgotten there are nodes.
//
// All that is stored of the tree is either computed from what lies beneath or
// decides a signed root; nothing can be changed unseen.
class TreeCheck {
 public:
  struct Options {
    int lowest_stored_level = kLowestStoredLevel;
    // Checkpoints that were exported earlier, signed and of this ledger.
    std::vector<Checkpoint> witnesses;
  };

  // `database`, `keys` and `findings`, not owned, outlive it. `last_position`
  // is that of the last event. Errors are those of SqliteStatus.
  static absl::StatusOr<std::unique_ptr<TreeCheck>> Open(
      const Database& database, const PublicKeys* keys, int64_t last_position,
      Options options, Findings* findings);

  // An event; positions must rise.
  absl::Status Event(int64_t position, const EventHash& hash,
                     absl::string_view event_id);

  // After the last event.
  absl::Status Finish();

  // The last position that a signed root vouches for; 0: none does.
  int64_t proven() const { return proven_; }
  // The newest checkpoint that has a good signature and the right root.
  const std::optional<Checkpoint>& newest() const { return newest_; }

 private:
  TreeCheck(const PublicKeys* keys, int64_t last_position, Options options,
            Findings* findings, std::string origin, Statement nodes,
            Statement checkpoints);

  absl::Status ReportNodesBeyond(const Database& database);
  absl::Status NextNode();
  absl::Status NextCheckpoint();
  // Takes nodes for the events up to `position`, which are not there.
  absl::Status TakeForgotten(int64_t position);
  // A subtree was completed.
  void Compare(const TreeNode& node);
  absl::Status CompareRoots();
  void CompareRoot(const Checkpoint& checkpoint, absl::string_view which);
  void CompareWitnesses();
  void AddAt(int64_t first, int64_t last, std::string what);

  const PublicKeys* const keys_;
  const int64_t last_position_;
  const Options options_;
  Findings* const findings_;
  const std::string origin_;
  Statement nodes_;
  Statement checkpoints_;
  std::optional<TreeNode> node_;          // the next stored one
  absl::Status node_error_;               // of reading it
  std::optional<Checkpoint> checkpoint_;  // the next stored one
  size_t next_witness_ = 0;

  TreeFrontier frontier_;
  bool has_events_ = false;
  bool broken_ = false;   // something is missing: no root can be computed
  bool differs_ = false;  // a root differed: so do all after it
  int64_t proven_ = 0;
  std::optional<Checkpoint> newest_;
  std::string first_unproven_id_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_TREE_CHECK_H_
