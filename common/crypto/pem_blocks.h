// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_PEM_BLOCKS_H_
#define PULLGATE_COMMON_CRYPTO_PEM_BLOCKS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate {

// One textual encoding (RFC 7468) found in a text.
struct PemBlock {
  std::string label;  // "CERTIFICATE"; empty when there is a problem before it
  std::string bytes;  // decoded; empty when there is a problem
  // What is wrong with it, as the rest of a sentence: "has no END line". Quotes
  // nothing of the text, which may be a secret. Empty when it decoded.
  std::string problem;
};

// Finds the blocks of `text`, at most `max_blocks` of them. Whatever stands
// between them is ignored, as is white space inside, and two blocks may share a
// line. A boundary without its counterpart is a block with a problem, so that a
// damaged block is not mistaken for text.
std::vector<PemBlock> FindPemBlocks(absl::string_view text, size_t max_blocks);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_PEM_BLOCKS_H_
