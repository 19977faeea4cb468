// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_ACCESS_TABLE_H_
#define PULLGATE_COMMON_RPC_ACCESS_TABLE_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/caller.h"

namespace pullgate {

// Who may call a method. Default-constructed: nobody.
struct Access {
  bool anyone = false;  // whoever connected, identified or not
  bool agents = false;
  bool local = false;             // of a Unix socket, whatever their role
  std::optional<Role> operators;  // and local callers, from this role on
};

// Which callers each method is for, by its full path
// ("/pullgate.policy.v1.PolicyService/SetPolicy"). What is not in the table
// does not exist for any caller. Immutable, thread-safe.
//
// It says nothing about whose data: see MayActFor().
class AccessTable {
 public:
  AccessTable(
      std::initializer_list<std::pair<const std::string, Access>> methods);

  // Every method that a process of this product serves, gRPC's own services
  // included. A test compares it with the descriptors.
  static const AccessTable& Product();

  // Null for an unknown method.
  const Access* Find(absl::string_view path) const;

  // PermissionDenied, reason "ACCESS_DENIED", or Unimplemented for a method
  // that is not in the table.
  absl::Status Check(const Caller& caller, absl::string_view path) const;

 private:
  absl::flat_hash_map<std::string, Access> methods_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_ACCESS_TABLE_H_
