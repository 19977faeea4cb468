// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_CALLER_H_
#define PULLGATE_COMMON_RPC_CALLER_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"

namespace pullgate {

// What an operator may do; each includes the ones before it.
enum class Role { kNone, kViewer, kEditor };

// "none", "viewer", "editor".
absl::string_view RoleName(Role role);

// Who makes a call, as proven by the connection it came over. A value.
class Caller {
 public:
  // The agent of one VCH. It speaks for no other.
  static Caller Agent(VchId vch) {
    return Caller(Kind::kAgent, std::move(vch), "", Role::kNone);
  }
  // A person or their tool; kNone if the configuration does not know them.
  static Caller Operator(std::string name, Role role) {
    return Caller(Kind::kOperator, std::nullopt, std::move(name), role);
  }
  // Whoever may open the Unix socket.
  static Caller Local(Role role) {
    return Caller(Kind::kLocal, std::nullopt, "", role);
  }

  // Null unless it is an agent.
  const VchId* vch() const { return vch_ ? &*vch_ : nullptr; }
  bool is_local() const { return kind_ == Kind::kLocal; }
  Role role() const { return role_; }

  // "vch/build-7", "operator/alice" or "local": for logs and for audit.
  std::string ToString() const;

 private:
  enum class Kind { kAgent, kOperator, kLocal };

  Caller(Kind kind, std::optional<VchId> vch, std::string name, Role role)
      : kind_(kind),
        vch_(std::move(vch)),
        name_(std::move(name)),
        role_(role) {}

  Kind kind_;
  std::optional<VchId> vch_;
  std::string name_;
  Role role_;
};

// Whether the caller may ask or report for this VCH: an agent for its own, a
// viewer or editor for any. PermissionDenied, reason "OTHER_VCH", otherwise.
// Which methods the caller may call at all is common/rpc/access_table.h.
absl::Status MayActFor(const Caller& caller, const VchId& vch);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_CALLER_H_
