// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/access_table.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate {
namespace {

Access Anyone() {
  Access access;
  access.anyone = true;
  return access;
}

Access Agents() {
  Access access;
  access.agents = true;
  return access;
}

Access Local() {
  Access access;
  access.local = true;
  return access;
}

Access From(Role role) {
  Access access;
  access.operators = role;
  return access;
}

Access AgentsAndViewers() {
  Access access = From(Role::kViewer);
  access.agents = true;
  return access;
}

bool Admits(const Access& access, const Caller& caller) {
  if (access.anyone) return true;
  if (caller.vch() != nullptr) return access.agents;
  if (access.local && caller.is_local()) return true;
  return access.operators.has_value() && *access.operators != Role::kNone &&
         caller.role() >= *access.operators;
}

// Who could have called, for the message of a refusal.
std::string Wanted(const Access& access) {
  if (access.operators.has_value()) {
    return absl::StrCat(access.agents ? "agents and " : "",
                        "operators with the role ", RoleName(*access.operators),
                        *access.operators == Role::kViewer ? " or editor" : "");
  }
  return access.agents ? "agents" : "callers of the local socket";
}

}  // namespace

AccessTable::AccessTable(
    std::initializer_list<std::pair<const std::string, Access>> methods)
    : methods_(methods.begin(), methods.end()) {}

const AccessTable& AccessTable::Product() {
  static const auto* const table = new AccessTable({
      {"/pullgate.agent.v1.AgentService/AuthorizePull", Local()},
      {"/pullgate.agent.v1.AgentService/GetStatus", Local()},
      {"/pullgate.agent.v1.AgentService/ProbeRegistry", Local()},

      {"/pullgate.audit.v1.AuditService/GetCheckpoint", From(Role::kViewer)},
      {"/pullgate.audit.v1.AuditService/GetConsistencyProof",
       From(Role::kViewer)},
      {"/pullgate.audit.v1.AuditService/GetInclusionProof",
       From(Role::kViewer)},
      {"/pullgate.audit.v1.AuditService/ListEvents", From(Role::kViewer)},
      {"/pullgate.audit.v1.AuditService/ReportEvents", Agents()},
      {"/pullgate.audit.v1.AuditService/SummarizeEvents", From(Role::kViewer)},
      {"/pullgate.audit.v1.AuditService/TailEvents", From(Role::kViewer)},
      {"/pullgate.audit.v1.AuditService/VerifyLedger", From(Role::kViewer)},

      {"/pullgate.decision.v1.DecisionService/BatchCheckPulls",
       AgentsAndViewers()},
      {"/pullgate.decision.v1.DecisionService/CheckPull", AgentsAndViewers()},

      {"/pullgate.policy.v1.PolicyService/ComparePolicies",
       From(Role::kViewer)},
      {"/pullgate.policy.v1.PolicyService/DeletePolicy", From(Role::kEditor)},
      {"/pullgate.policy.v1.PolicyService/GetPolicy", From(Role::kViewer)},
      {"/pullgate.policy.v1.PolicyService/ListPolicies", From(Role::kViewer)},
      {"/pullgate.policy.v1.PolicyService/ListPolicyRevisions",
       From(Role::kViewer)},
      {"/pullgate.policy.v1.PolicyService/RollbackPolicy", From(Role::kEditor)},
      {"/pullgate.policy.v1.PolicyService/SetPolicy", From(Role::kEditor)},

      {"/pullgate.sync.v1.SyncService/Sync", Agents()},

      {"/grpc.health.v1.Health/Check", Anyone()},
      {"/grpc.health.v1.Health/Watch", Anyone()},

      {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
       From(Role::kViewer)},
      {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
       From(Role::kViewer)},

      {"/grpc.channelz.v1.Channelz/GetChannel", From(Role::kViewer)},
      {"/grpc.channelz.v1.Channelz/GetServer", From(Role::kViewer)},
      {"/grpc.channelz.v1.Channelz/GetServerSockets", From(Role::kViewer)},
      {"/grpc.channelz.v1.Channelz/GetServers", From(Role::kViewer)},
      {"/grpc.channelz.v1.Channelz/GetSocket", From(Role::kViewer)},
      {"/grpc.channelz.v1.Channelz/GetSubchannel", From(Role::kViewer)},
      {"/grpc.channelz.v1.Channelz/GetTopChannels", From(Role::kViewer)},
  });
  return *table;
}

const Access* AccessTable::Find(absl::string_view path) const {
  const auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

absl::Status AccessTable::Check(const Caller& caller,
                                absl::string_view path) const {
  const Access* const access = Find(path);
  if (access == nullptr) {
    return absl::UnimplementedError(absl::StrCat(
        "there is no method \"", absl::CHexEscape(path.substr(0, 200)), "\""));
  }
  if (Admits(*access, caller)) return absl::OkStatus();
  return WithReason(absl::PermissionDeniedError(absl::StrCat(
                        path, " is for ", Wanted(*access), "; the caller is ",
                        caller.ToString(), ", role ", RoleName(caller.role()))),
                    "ACCESS_DENIED");
}

}  // namespace pullgate
