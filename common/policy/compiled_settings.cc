// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/compiled_settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/policy/rule.h"
#include "common/policy/rule_error.h"

namespace pullgate {
namespace {

Finding SettingsFinding(Severity severity, absl::string_view list, size_t index,
                        absl::string_view code, absl::string_view message) {
  return {severity, absl::StrCat(list, "[", index, "]"), std::string(code),
          std::string(message)};
}

// Reads protected_registries[index], or says what is wrong with it.
std::optional<Rule> ReadProtected(absl::string_view text, size_t index,
                                  std::vector<Finding>& findings) {
  constexpr absl::string_view kList = "protected_registries";
  const absl::StatusOr<WrittenRule> written = ParseRule(text);
  if (!written.ok()) {
    findings.push_back(SettingsFinding(Severity::kError, kList, index,
                                       "INVALID_RULE",
                                       written.status().message()));
    return std::nullopt;
  }
  const Rule& rule = written->rule;
  if (rule.kind() == Rule::Kind::kWildcard) {
    findings.push_back(SettingsFinding(
        Severity::kError, kList, index, "INVALID_RULE",
        RuleError(text, "a protected registry is a name, an address or a block")
            .message()));
    return std::nullopt;
  }
  if (rule.scheme().has_value() || rule.port().has_value()) {
    findings.push_back(SettingsFinding(
        Severity::kNotice, kList, index, "PORT_IGNORED",
        absl::StrCat("\"", rule.ToString(),
                     "\" is protected on every port; scheme and port play no "
                     "part")));
  }
  return rule;
}

std::vector<IpAddress> ReadAddresses(const ProtectedRegistryText& registry,
                                     size_t index,
                                     std::vector<Finding>& findings) {
  std::vector<IpAddress> addresses;
  for (const std::string& text : registry.addresses) {
    const absl::StatusOr<IpAddress> address = IpAddress::Parse(text);
    if (address.ok()) {
      addresses.push_back(*address);
    } else {
      findings.push_back(
          SettingsFinding(Severity::kError, "protected_registries", index,
                          "INVALID_ADDRESS", address.status().message()));
    }
  }
  return addresses;
}

RuleIndex ReadUnpinnable(const std::vector<std::string>& texts,
                         std::vector<Finding>& findings) {
  RuleIndex::Builder builder;
  for (size_t i = 0; i < texts.size(); ++i) {
    const absl::StatusOr<WrittenRule> written = ParseRule(texts[i]);
    const Rule* const rule = written.ok() ? &written->rule : nullptr;
    if (rule != nullptr && rule->prefix() != nullptr &&
        !rule->scheme().has_value() && !rule->port().has_value()) {
      builder.Add(*rule, RuleList::kUnpinnable, static_cast<uint32_t>(i));
      continue;
    }
    const absl::Status status =
        written.ok() ? RuleError(texts[i], "expected an address or a block")
                     : written.status();
    findings.push_back(SettingsFinding(Severity::kError, "unpinnable_addresses",
                                       i, "INVALID_RULE", status.message()));
  }
  return std::move(builder).Build();
}

}  // namespace

CompiledSettings CompileSettings(const ProcessSettings& settings) {
  CompiledSettings compiled;
  std::vector<Rule> registries;
  std::vector<std::vector<IpAddress>> addresses;
  for (size_t i = 0; i < settings.protected_registries.size(); ++i) {
    const ProtectedRegistryText& text = settings.protected_registries[i];
    std::optional<Rule> rule = ReadProtected(text.host, i, compiled.findings);
    std::vector<IpAddress> seen = ReadAddresses(text, i, compiled.findings);
    if (!rule.has_value()) continue;
    registries.push_back(*std::move(rule));
    addresses.push_back(std::move(seen));
  }
  compiled.protected_registries = ProtectedSet(registries, addresses);
  compiled.unpinnable =
      ReadUnpinnable(settings.unpinnable_addresses, compiled.findings);
  return compiled;
}

}  // namespace pullgate
