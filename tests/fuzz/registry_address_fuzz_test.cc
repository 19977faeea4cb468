// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Registry addresses, as rules and questions have them.

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/registry/redact.h"
#include "common/registry/registry_address.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/respelled.h"

namespace pullgate::fuzz {
namespace {

void CheckAccepted(absl::string_view text, const RegistryAddress& address) {
  const std::string shown = address.ToString();
  const absl::StatusOr<RegistryAddress> again = RegistryAddress::Parse(shown);
  Require(again.ok() && *again == address, "what is shown reads as itself",
          text);
  Require(again->ToString() == shown, "showing is idempotent", text);
  for (const std::string& other : Respelled(address)) {
    const absl::StatusOr<RegistryAddress> same = RegistryAddress::Parse(other);
    Require(same.ok() && *same == address, "another spelling is the same",
            other);
  }
}

// The longest text that is quoted whole.
constexpr size_t kMaxWhole = 509;

void CheckRedacted(absl::string_view text) {
  const std::string redacted = RedactAddress(text);
  Require(redacted.size() <= 512, "what is quoted is short", text);
  Require(redacted.find_first_of("?#") == redacted.npos,
          "neither query nor fragment is quoted", text);
  const size_t at = redacted.rfind('@');
  Require(at == redacted.npos || redacted.substr(0, at) == "***",
          "no user or password is quoted", text);
  Require(redacted.size() > kMaxWhole || RedactAddress(redacted) == redacted,
          "redacting is idempotent", text);
}

void Check(absl::string_view text) {
  const absl::StatusOr<RegistryAddress> rule = RegistryAddress::Parse(text);
  const absl::StatusOr<RegistryAddress> question =
      RegistryAddress::ParseQuestion(text);
  if (question.ok()) CheckAccepted(text, *question);
  if (rule.ok()) {
    Require(question.ok() && *question == *rule,
            "a question takes what a rule takes, and reads the same", text);
  } else {
    Require(!rule.status().message().empty(), "a refusal says why", text);
  }
  CheckRedacted(text);
}

}  // namespace
}  // namespace pullgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pullgate::fuzz::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
