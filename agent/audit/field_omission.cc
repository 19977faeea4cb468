// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/field_omission.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "agent/audit/event_numberer.h"
#include "common/text/did_you_mean.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;

namespace {

// In the order in which they go when an event is too large.
constexpr const char* kLarge[] = {"attempts", "certificate", "evidence"};

// Clears the field `path`: "asked", or "closed_tunnel.detail".
void Clear(absl::string_view path, google::protobuf::Message& message) {
  const std::pair<std::string, std::string> names =
      absl::StrSplit(path, absl::MaxSplits('.', 1));
  const auto* field = message.GetDescriptor()->FindFieldByName(names.first);
  const auto* reflection = message.GetReflection();
  if (names.second.empty()) return reflection->ClearField(&message, field);
  if (!reflection->HasField(message, field)) return;
  Clear(names.second, *reflection->MutableMessage(&message, field));
}

std::string Without(const std::vector<std::string>& names, AuditEvent event) {
  for (const std::string& name : names) Clear(name, event);
  event.mutable_omitted_fields()->Assign(names.begin(), names.end());
  return event.SerializeAsString();
}

bool IsTooLarge(absl::string_view event) {
  return event.size() + EventNumberer::kMaxAdded >
         FieldOmission::kMaxEventBytes;
}

}  // namespace

const std::vector<std::string>& FieldOmission::Names() {
  static const auto& names =
      *new std::vector<std::string>{"asked",
                                    "attempts",
                                    "certificate",
                                    "closed_tunnel.detail",
                                    "closed_tunnel.server_name",
                                    "decision_id",
                                    "elapsed",
                                    "evidence",
                                    "evidence_source",
                                    "message",
                                    "registry",
                                    "rule",
                                    "transport",
                                    "trust_bundle_id"};
  return names;
}

absl::StatusOr<FieldOmission> FieldOmission::Make(
    std::vector<std::string> names) {
  for (const std::string& name : names) {
    if (std::binary_search(Names().begin(), Names().end(), name)) continue;
    const auto meant = DidYouMean(name, Names());
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", name, "\" is no field that can be left out",
        meant ? absl::StrCat("; did you mean \"", *meant, "\"?") : ".",
        " Expected any of: ", absl::StrJoin(Names(), ", ")));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  FieldOmission omission;
  omission.names_ = std::move(names);
  return omission;
}

absl::Status FieldOmission::Apply(std::string& event) const {
  if (names_.empty() && !IsTooLarge(event)) return absl::OkStatus();
  AuditEvent whole;
  if (!whole.ParseFromString(event)) {
    return absl::InvalidArgumentError("not an event");
  }
  std::vector<std::string> names = names_;
  std::string rest = Without(names, whole);
  for (const char* name : kLarge) {
    if (!IsTooLarge(rest)) break;
    const auto place = std::lower_bound(names.begin(), names.end(), name);
    if (place != names.end() && *place == name) continue;
    names.insert(place, name);
    rest = Without(names, whole);
  }
  if (IsTooLarge(rest)) {
    return absl::InvalidArgumentError(
        absl::StrCat("an event of ", event.size(), " bytes is too large: at ",
                     "most ", kMaxEventBytes, " with all that belongs to it"));
  }
  event = std::move(rest);
  return absl::OkStatus();
}

}  // namespace pullgate::agent
