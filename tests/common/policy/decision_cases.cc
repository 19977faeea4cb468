// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/decision_cases.h"

#include <dirent.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "yaml-cpp/yaml.h"

namespace pullgate {
namespace {

[[noreturn]] void Fail(const std::string& file, const YAML::Node& node,
                       const std::string& problem) {
  std::cerr << file << ":" << node.Mark().line + 1 << ": " << problem << "\n";
  std::exit(EXIT_FAILURE);
}

// A map of which every key must be read.
class Reader {
 public:
  Reader(std::string file, YAML::Node node)
      : file_(std::move(file)), node_(std::move(node)) {
    if (!node_.IsMap()) Fail(file_, node_, "expected a map");
    for (const auto& entry : node_) {
      if (!unread_.insert(entry.first.as<std::string>()).second) {
        Fail(file_, entry.first, "repeated key");
      }
    }
  }

  YAML::Node Take(const std::string& key) {
    unread_.erase(key);
    return node_[key];
  }
  YAML::Node Need(const std::string& key) {
    const YAML::Node value = Take(key);
    if (!value.IsDefined()) Fail(file_, node_, "needs " + key);
    return value;
  }

  std::optional<std::string> Text(const std::string& key) {
    const YAML::Node value = Take(key);
    if (!value.IsDefined()) return std::nullopt;
    if (!value.IsScalar()) Fail(file_, value, key + " is a text");
    return value.as<std::string>();
  }

  std::vector<std::string> Texts(const std::string& key) {
    std::vector<std::string> texts;
    const YAML::Node value = Take(key);
    if (!value.IsDefined()) return texts;
    if (!value.IsSequence()) Fail(file_, value, key + " is a list");
    for (const YAML::Node& item : value) {
      texts.push_back(item.as<std::string>());
    }
    return texts;
  }

  void Finish() {
    if (!unread_.empty()) {
      Fail(file_, node_, "nobody reads " + *unread_.begin());
    }
  }

  const std::string& file() const { return file_; }
  const YAML::Node& node() const { return node_; }

 private:
  const std::string file_;
  const YAML::Node node_;
  std::set<std::string> unread_;
};

PolicyMode ReadMode(Reader& reader) {
  const std::string mode = reader.Text("mode").value_or("");
  if (mode.empty()) return PolicyMode::kUnspecified;
  if (mode == "WHITELIST") return PolicyMode::kWhitelist;
  if (mode == "OPEN") return PolicyMode::kOpen;
  Fail(reader.file(), reader.node(), "mode is WHITELIST or OPEN");
}

// A host alone, or {host: H, addresses: [...]}.
ProtectedRegistryText ReadProtected(const std::string& file,
                                    const YAML::Node& node) {
  if (node.IsScalar()) return {node.as<std::string>(), {}};
  Reader reader(file, node);
  ProtectedRegistryText registry = {reader.Need("host").as<std::string>(),
                                    reader.Texts("addresses")};
  reader.Finish();
  return registry;
}

void ReadPolicy(const std::string& file, const YAML::Node& node,
                DecisionCase& into) {
  Reader reader(file, node);
  into.policy.mode = ReadMode(reader);
  into.policy.whitelist = reader.Texts("whitelist");
  into.policy.insecure = reader.Texts("insecure");
  into.policy.insecure_by_evidence =
      reader.Text("insecure_by_evidence").value_or("false") == "true";
  for (const YAML::Node& registry : reader.Take("protected")) {
    into.settings.protected_registries.push_back(ReadProtected(file, registry));
  }
  const YAML::Node unpinnable = reader.Take("unpinnable");
  into.settings.unpinnable_addresses =
      unpinnable.IsDefined() ? unpinnable.as<std::vector<std::string>>()
                             : DefaultUnpinnableAddresses();
  for (const YAML::Node& scope : reader.Take("ca_scopes")) {
    into.policy.ca_scopes.push_back(scope.as<std::vector<std::string>>());
  }
  reader.Finish();
}

void ReadDns(Reader& reader, DecisionCase& into) {
  const YAML::Node dns = reader.Take("dns");
  if (!dns.IsDefined()) return;
  if (dns.IsMap()) {
    Reader values(reader.file(), dns);
    into.addresses = values.Texts("addresses");
    into.names = values.Texts("names");
    values.Finish();
  } else if (dns.as<std::string>() == "failed") {
    into.dns = DecisionCase::Dns::kFailed;
  } else if (dns.as<std::string>() == "not looked up") {
    into.dns = DecisionCase::Dns::kNotLookedUp;
  } else {
    Fail(reader.file(), dns, "dns is a map, \"failed\" or \"not looked up\"");
  }
}

DecisionCase ReadCase(const std::string& file, const YAML::Node& policy,
                      const YAML::Node& node) {
  DecisionCase read;
  Reader reader(file, node);
  read.file = file;
  read.id = reader.Need("id").as<std::string>();
  ReadPolicy(file, policy, read);
  read.registry = reader.Text("registry");
  read.image = reader.Text("image");
  ReadDns(reader, read);
  read.expect = reader.Need("expect").as<std::string>();
  read.routes = reader.Texts("routes");
  read.rule = reader.Text("rule");
  read.connect = reader.Text("connect");
  read.message = reader.Texts("message");
  read.findings = reader.Texts("findings");
  const YAML::Node vouched_by = reader.Take("vouched_by");
  if (vouched_by.IsDefined()) {
    read.vouched_by = vouched_by.as<std::vector<int>>();
  }
  reader.Finish();
  if (read.registry.has_value() == read.image.has_value()) {
    Fail(file, node, "asks for either a registry or an image");
  }
  if ((read.expect == "permit") == read.routes.empty()) {
    Fail(file, node, "a permit has routes, and nothing else has");
  }
  return read;
}

void LoadFile(const std::string& file, std::vector<DecisionCase>& cases) {
  for (const YAML::Node& group : YAML::LoadFile(file)) {
    Reader reader(file, group);
    const YAML::Node policy = reader.Need("policy");
    for (const YAML::Node& node : reader.Need("cases")) {
      cases.push_back(ReadCase(file, policy, node));
    }
    reader.Finish();
  }
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  DIR* const open = opendir(folder.c_str());
  if (open == nullptr) return files;
  while (const dirent* const entry = readdir(open)) {
    if (absl::EndsWith(entry->d_name, ".yaml")) {
      files.push_back(absl::StrCat(folder, "/", entry->d_name));
    }
  }
  closedir(open);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

void PrintTo(const DecisionCase& decision_case, std::ostream* out) {
  *out << decision_case.id << " of " << decision_case.file;
}

std::vector<DecisionCase> LoadDecisionCases(const std::string& folder) {
  std::vector<DecisionCase> cases;
  for (const std::string& file : FilesIn(folder)) LoadFile(file, cases);
  std::set<std::string> ids;
  for (const DecisionCase& decision_case : cases) {
    if (ids.insert(decision_case.id).second) continue;
    std::cerr << decision_case.file << ": the id " << decision_case.id
              << " is taken\n";
    std::exit(EXIT_FAILURE);
  }
  return cases;
}

}  // namespace pullgate
