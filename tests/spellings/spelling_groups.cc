// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/spellings/spelling_groups.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "yaml-cpp/yaml.h"

namespace pullgate {
namespace {

using Texts = std::vector<std::string>;

class GroupReader {
 public:
  GroupReader(std::string file, const YAML::Node& node)
      : file_(std::move(file)), node_(node) {}

  SpellingGroup Read() {
    group_.place = absl::StrCat(file_, ":", node_.Mark().line + 1);
    const std::map<std::string, Texts*> lists = {
        {"dns", &group_.addresses},   {"same", &group_.same},
        {"denied", &group_.denied},   {"verified", &group_.verified},
        {"invalid", &group_.invalid}, {"refused_rules", &group_.refused_rules}};
    group_.settings.unpinnable_addresses = DefaultUnpinnableAddresses();
    for (const auto& entry : node_) {
      const auto key = entry.first.as<std::string>();
      if (const auto list = lists.find(key); list != lists.end()) {
        ReadTexts(entry.second, *list->second);
      } else if (key == "target") {
        group_.target = entry.second.as<std::string>();
      } else if (key == "policy") {
        ReadPolicy(entry.second);
      } else {
        Fail(entry.first, "nobody reads " + key);
      }
    }
    if (group_.target.empty()) Fail(node_, "needs target");
    return group_;
  }

 private:
  [[noreturn]] void Fail(const YAML::Node& node, const std::string& problem) {
    std::cerr << file_ << ":" << node.Mark().line + 1 << ": " << problem
              << "\n";
    std::exit(EXIT_FAILURE);
  }

  void ReadTexts(const YAML::Node& node, Texts& into) {
    if (!node.IsSequence()) Fail(node, "expected a list");
    for (const YAML::Node& item : node) {
      into.push_back(item.IsMap()
                         ? absl::HexStringToBytes(item["hex"].as<std::string>())
                         : item.as<std::string>());
    }
  }

  void ReadPolicy(const YAML::Node& policy) {
    for (const auto& entry : policy) {
      const auto key = entry.first.as<std::string>();
      if (key == "whitelist") {
        ReadTexts(entry.second, group_.policy.whitelist);
      } else if (key == "insecure") {
        ReadTexts(entry.second, group_.policy.insecure);
      } else if (key == "mode" && entry.second.as<std::string>() == "OPEN") {
        group_.policy.mode = PolicyMode::kOpen;
      } else if (key == "protected") {
        for (const YAML::Node& registry : entry.second) {
          group_.settings.protected_registries.push_back(
              {registry["host"].as<std::string>(),
               registry["addresses"].as<Texts>()});
        }
      } else {
        Fail(entry.first, "nobody reads " + key);
      }
    }
  }

  const std::string file_;
  const YAML::Node node_;
  SpellingGroup group_;
};

}  // namespace

void PrintTo(const SpellingGroup& group, std::ostream* out) {
  *out << group.place;
}

std::vector<SpellingGroup> LoadSpellingGroups(const std::string& folder) {
  Texts files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<SpellingGroup> groups;
  for (const std::string& file : files) {
    for (const YAML::Node& node : YAML::LoadFile(file)) {
      groups.push_back(GroupReader(file, node).Read());
    }
  }
  return groups;
}

}  // namespace pullgate
