// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/pem_blocks.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pullgate {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN";
constexpr absl::string_view kEnd = "-----END";
constexpr absl::string_view kDashes = "-----";

// The label of a boundary that `text` starts behind, as in " CERTIFICATE-----",
// or empty.
absl::string_view LabelAt(absl::string_view text) {
  const size_t end = text.find(kDashes);
  if (end == absl::string_view::npos) return {};
  const absl::string_view label = text.substr(0, end);
  if (!absl::StartsWith(label, " ")) return {};
  for (const char c : label) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c) && c != ' ' &&
        c != '.') {
      return {};
    }
  }
  return label.substr(1);
}

// Takes one block off the front of `text`, which starts at a BEGIN boundary.
PemBlock TakeBlock(absl::string_view& text) {
  PemBlock block;
  text.remove_prefix(kBegin.size());
  const absl::string_view label = LabelAt(text);
  if (label.empty()) {
    block.problem = "has a malformed BEGIN line";
    return block;
  }
  block.label = std::string(label);
  text.remove_prefix(1 + label.size() + kDashes.size());
  const std::string end = absl::StrCat(kEnd, " ", label, kDashes);
  const size_t size = text.find(kDashes);
  if (size == absl::string_view::npos ||
      !absl::StartsWith(text.substr(size), end)) {
    block.problem = "has no matching END line";
    text.remove_prefix(std::min(size, text.size()));
    // Another END is this block's, damaged; a BEGIN is the next one's.
    if (absl::StartsWith(text, kEnd)) text.remove_prefix(kEnd.size());
    return block;
  }
  if (!absl::Base64Unescape(text.substr(0, size), &block.bytes)) {
    block.bytes.clear();
    block.problem = "is not base64 between its BEGIN and END lines";
  }
  text.remove_prefix(size + end.size());
  return block;
}

}  // namespace

std::vector<PemBlock> FindPemBlocks(absl::string_view text, size_t max_blocks) {
  std::vector<PemBlock> blocks;
  while (blocks.size() < max_blocks) {
    const size_t begin = text.find(kBegin);
    const size_t end = text.find(kEnd);
    if (begin == absl::string_view::npos && end == absl::string_view::npos) {
      break;
    }
    text.remove_prefix(std::min(begin, end));
    if (begin < end) {
      blocks.push_back(TakeBlock(text));
      continue;
    }
    text.remove_prefix(kEnd.size());
    PemBlock stray;
    stray.problem = "is an END line without a BEGIN line";
    blocks.push_back(std::move(stray));
  }
  return blocks;
}

}  // namespace pullgate
