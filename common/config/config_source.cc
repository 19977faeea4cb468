// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/config_source.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/error_info.h"

namespace pullgate {
namespace {

// A file of another kind altogether would otherwise fill the terminal.
constexpr size_t kMaxShown = 50;

}  // namespace

int ConfigSource::LineOf(absl::string_view path) const {
  while (!path.empty()) {
    const auto found = lines_.find(path);
    if (found != lines_.end()) return found->second;
    const size_t end = path.find_last_of(".[");
    path = end == absl::string_view::npos ? "" : path.substr(0, end);
  }
  return 0;
}

absl::Status ConfigSource::ToStatus(std::vector<ConfigProblem> problems) const {
  if (problems.empty()) return absl::OkStatus();
  std::stable_sort(problems.begin(), problems.end(),
                   [this](const ConfigProblem& a, const ConfigProblem& b) {
                     return LineOf(a.path) < LineOf(b.path);
                   });
  std::vector<std::string> lines;
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < problems.size() && i < kMaxShown; ++i) {
    const ConfigProblem& problem = problems[i];
    const int line = LineOf(problem.path);
    lines.push_back(absl::StrCat(
        file_, line > 0 ? absl::StrCat(":", line) : "", ": ", problem.path,
        problem.path.empty() ? "" : ": ", problem.message));
    violations.push_back({problem.path, problem.message});
  }
  if (problems.size() > kMaxShown) {
    lines.push_back(absl::StrCat(file_, ": and ", problems.size() - kMaxShown,
                                 " more problems"));
  }
  return WithFieldViolations(
      WithReason(absl::InvalidArgumentError(absl::StrJoin(lines, "\n")),
                 "BAD_CONFIG"),
      std::move(violations));
}

}  // namespace pullgate
