// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/access_table.h"

#include <google/protobuf/descriptor.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "gtest/gtest.h"
#include "pullgate/agent/v1/agent_service.pb.h"
#include "pullgate/audit/v1/audit_service.pb.h"
#include "pullgate/decision/v1/decision_service.pb.h"
#include "pullgate/policy/v1/policy_service.pb.h"
#include "pullgate/sync/v1/sync_service.pb.h"

namespace pullgate {
namespace {

Caller Agent() { return Caller::Agent(*VchId::Parse("a")); }
Caller Stranger() { return Caller::Operator("eve", Role::kNone); }
Caller Viewer() { return Caller::Operator("bob", Role::kViewer); }
Caller Editor() { return Caller::Operator("alice", Role::kEditor); }
Caller Local() { return Caller::Local(Role::kNone); }
Caller LocalViewer() { return Caller::Local(Role::kViewer); }

// Which of the six may call the method, by their initials.
std::string WhoMayCall(const std::string& path) {
  std::string who;
  const auto add = [&](const char* initial, const Caller& caller) {
    if (AccessTable::Product().Check(caller, path).ok()) who += initial;
  };
  add("a", Agent());
  add("s", Stranger());
  add("v", Viewer());
  add("e", Editor());
  add("l", Local());
  add("L", LocalViewer());
  return who;
}

TEST(AccessTableTest, EveryMethodIsForTheCallersItWasMadeFor) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/pullgate.decision.v1.DecisionService/CheckPull", "aveL"},
      {"/pullgate.decision.v1.DecisionService/BatchCheckPulls", "aveL"},
      {"/pullgate.policy.v1.PolicyService/GetPolicy", "veL"},
      {"/pullgate.policy.v1.PolicyService/ListPolicies", "veL"},
      {"/pullgate.policy.v1.PolicyService/ListPolicyRevisions", "veL"},
      {"/pullgate.policy.v1.PolicyService/ComparePolicies", "veL"},
      {"/pullgate.policy.v1.PolicyService/SetPolicy", "e"},
      {"/pullgate.policy.v1.PolicyService/DeletePolicy", "e"},
      {"/pullgate.policy.v1.PolicyService/RollbackPolicy", "e"},
      {"/pullgate.sync.v1.SyncService/Sync", "a"},
      {"/pullgate.audit.v1.AuditService/ReportEvents", "a"},
      {"/pullgate.audit.v1.AuditService/ListEvents", "veL"},
      {"/pullgate.audit.v1.AuditService/TailEvents", "veL"},
      {"/pullgate.audit.v1.AuditService/GetCheckpoint", "veL"},
      {"/pullgate.audit.v1.AuditService/GetConsistencyProof", "veL"},
      {"/pullgate.audit.v1.AuditService/GetInclusionProof", "veL"},
      {"/pullgate.audit.v1.AuditService/VerifyLedger", "veL"},
      {"/pullgate.agent.v1.AgentService/AuthorizePull", "lL"},
      {"/pullgate.agent.v1.AgentService/ProbeRegistry", "lL"},
      {"/pullgate.agent.v1.AgentService/GetStatus", "lL"},
      {"/grpc.health.v1.Health/Check", "asvelL"},
      {"/grpc.health.v1.Health/Watch", "asvelL"},
      {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "veL"},
      {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "veL"},
      {"/grpc.channelz.v1.Channelz/GetServers", "veL"},
  };
  for (const auto& [path, who] : cases) {
    EXPECT_EQ(WhoMayCall(path), who) << path;
  }
}

TEST(AccessTableTest, NoMethodOfAnyServiceIsMissing) {
  const std::vector<const google::protobuf::FileDescriptor*> files = {
      agent::v1::GetStatusRequest::descriptor()->file(),
      audit::v1::ListEventsRequest::descriptor()->file(),
      decision::v1::CheckPullRequest::descriptor()->file(),
      policy::v1::GetPolicyRequest::descriptor()->file(),
      sync::v1::SyncRequest::descriptor()->file(),
      grpc::health::v1::HealthCheckRequest::descriptor()->file(),
      grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(),
  };
  int methods = 0;
  for (const auto* const file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      const auto& service = *file->service(i);
      for (int j = 0; j < service.method_count(); ++j, ++methods) {
        const std::string path = absl::StrCat("/", service.full_name(), "/",
                                              service.method(j)->name());
        EXPECT_NE(AccessTable::Product().Find(path), nullptr) << path;
      }
    }
  }
  EXPECT_GE(methods, 15);
}

TEST(AccessTableTest, WhatIsNotInItDoesNotExist) {
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("SetPolicy"),
        std::string("/pullgate.policy.v1.PolicyService/setpolicy"),
        std::string("/pullgate.policy.v1.PolicyService/SetPolicy/"),
        std::string("//pullgate.policy.v1.PolicyService/SetPolicy"),
        std::string("/pullgate.policy.v1.PolicyService/SetPolicy?x"),
        std::string(100'000, 'x')}) {
    const absl::Status status = AccessTable::Product().Check(Editor(), path);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << path;
    EXPECT_LT(status.message().size(), 1000u);
  }
}

TEST(AccessTableTest, RefusalSaysWhoItIsForAndWhoAsked) {
  const absl::Status status = AccessTable::Product().Check(
      Viewer(), "/pullgate.policy.v1.PolicyService/SetPolicy");
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(status), "ACCESS_DENIED");
  EXPECT_EQ(status.message(),
            "/pullgate.policy.v1.PolicyService/SetPolicy is for operators with "
            "the role editor; the caller is operator/bob, role viewer");
}

TEST(AccessTableTest, DefaultAccessIsNobody) {
  const AccessTable table({{"/x/Y", Access()}});
  for (const Caller& caller :
       {Agent(), Stranger(), Viewer(), Editor(), Local(), LocalViewer()}) {
    EXPECT_FALSE(table.Check(caller, "/x/Y").ok()) << caller.ToString();
  }
}

TEST(AccessTableTest, RoleNoneOpensNothing) {
  Access access;
  access.operators = Role::kNone;
  const AccessTable table({{"/x/Y", access}});
  EXPECT_FALSE(table.Check(Stranger(), "/x/Y").ok());
  EXPECT_FALSE(table.Check(Editor(), "/x/Y").ok());
}

}  // namespace
}  // namespace pullgate
