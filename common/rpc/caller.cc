// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/caller.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate {

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kNone:
      return "none";
    case Role::kViewer:
      return "viewer";
    case Role::kEditor:
      return "editor";
  }
  return "none";
}

std::string Caller::ToString() const {
  switch (kind_) {
    case Kind::kAgent:
      return absl::StrCat("vch/", vch_->text());
    case Kind::kOperator:
      return absl::StrCat("operator/", name_);
    case Kind::kLocal:
      return "local";
  }
  return "";
}

absl::Status MayActFor(const Caller& caller, const VchId& vch) {
  if (caller.vch() != nullptr ? *caller.vch() == vch
                              : caller.role() >= Role::kViewer) {
    return absl::OkStatus();
  }
  return WithReason(absl::PermissionDeniedError(absl::StrCat(
                        caller.ToString(), " may not speak for ", vch.Name())),
                    "OTHER_VCH");
}

}  // namespace pullgate
