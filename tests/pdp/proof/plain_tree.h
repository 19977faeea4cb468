// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_PDP_PROOF_PLAIN_TREE_H_
#define PULLGATE_TESTS_PDP_PROOF_PLAIN_TREE_H_

#include <openssl/evp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/audit/event_hash.h"
#include "pdp/proof/tree_proof.h"

namespace pullgate::pdp {

// RFC 9162, section 2.1, read word by word: recursive, over all leaves, and
// with another SHA-256 than the code that is tested.
class PlainTree final : public NodeSource {
 public:
  // Of `size` leaves, each the text of its number.
  static PlainTree OfSize(int64_t size) {
    PlainTree tree;
    for (int64_t leaf = 0; leaf < size; ++leaf) tree.Add(absl::StrCat(leaf));
    return tree;
  }

  void Add(const std::string& entry) {
    leaves_.push_back(Sha256(absl::StrCat(std::string(1, '\0'), entry)));
  }

  const EventHash& leaf(int64_t index) const { return leaves_[index]; }

  // MTH(D[begin:end]).
  EventHash Mth(int64_t begin, int64_t end) const {
    if (begin == end) return Sha256("");
    if (end - begin == 1) return leaves_[begin];
    const int64_t k = SplitOf(end - begin);
    return Join(Mth(begin, begin + k), Mth(begin + k, end));
  }

  // PATH(m, D[begin:end]).
  std::vector<EventHash> Path(int64_t m, int64_t begin, int64_t end) const {
    if (end - begin == 1) return {};
    const int64_t k = SplitOf(end - begin);
    std::vector<EventHash> path;
    if (m < k) {
      path = Path(m, begin, begin + k);
      path.push_back(Mth(begin + k, end));
    } else {
      path = Path(m - k, begin + k, end);
      path.push_back(Mth(begin, begin + k));
    }
    return path;
  }

  // SUBPROOF(m, D[begin:end], known).
  std::vector<EventHash> Subproof(int64_t m, int64_t begin, int64_t end,
                                  bool known) const {
    if (m == end - begin) {
      if (known) return {};
      return {Mth(begin, end)};
    }
    const int64_t k = SplitOf(end - begin);
    std::vector<EventHash> path;
    if (m <= k) {
      path = Subproof(m, begin, begin + k, known);
      path.push_back(Mth(begin + k, end));
    } else {
      path = Subproof(m - k, begin + k, end, false);
      path.push_back(Mth(begin, begin + k));
    }
    return path;
  }

  absl::StatusOr<EventHash> Node(int level, int64_t index) override {
    const int64_t begin = index << level;
    const int64_t end = (index + 1) << level;
    if (end > static_cast<int64_t>(leaves_.size())) {
      return absl::OutOfRangeError("not a complete subtree of this tree");
    }
    return Mth(begin, end);
  }

 private:
  static EventHash Sha256(const std::string& bytes) {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    EventHash hash;
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, algorithm,
               nullptr);
    return hash;
  }
  static EventHash Join(const EventHash& left, const EventHash& right) {
    return Sha256(absl::StrCat("\x01", ToBytes(left), ToBytes(right)));
  }
  // "The largest power of two smaller than n".
  static int64_t SplitOf(int64_t n) {
    int64_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
  }

  std::vector<EventHash> leaves_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_PDP_PROOF_PLAIN_TREE_H_
