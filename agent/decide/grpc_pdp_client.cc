// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/grpc_pdp_client.h"

#include <grpcpp/client_context.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/deadline.h"
#include "common/rpc/grpc_status.h"
#include "common/status/status_macros.h"
#include "common/wire/decision_proto.h"
#include "common/wire/explanation_proto.h"
#include "common/wire/time_proto.h"
#include "pullgate/decision/v1/decision_service.grpc.pb.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

EvidenceSource SourceFromProto(pb::EvidenceSource source) {
  switch (source) {
    case pb::EVIDENCE_SOURCE_CALLER:
      return EvidenceSource::kCaller;
    case pb::EVIDENCE_SOURCE_PDP:
      return EvidenceSource::kPdp;
    default:
      return EvidenceSource::kNone;
  }
}

absl::StatusOr<IssuedDecision> Read(const pb::Decision& proto,
                                    const RegistryAddress& asked) {
  if (proto.registry() != asked.ToString()) {
    return absl::InternalError(
        absl::StrCat("the PDP answered about \"", proto.registry(), "\""));
  }
  IssuedDecision issued;
  PULLGATE_ASSIGN_OR_RETURN(issued.decision, wire::DecisionFromProto(proto));
  if (proto.has_explanation()) {
    issued.decision.explanation =
        wire::ExplanationFromProto(proto.explanation());
  }
  PULLGATE_ASSIGN_OR_RETURN(issued.evidence,
                            wire::EvidenceFromProto(proto.evidence(), asked));
  issued.policy_revision = proto.policy_revision();
  issued.trust_bundle_id = proto.trust_bundle_id();
  issued.ttl = wire::DurationFromProto(proto.ttl());
  issued.decision_id = proto.decision_id();
  issued.evidence_source = SourceFromProto(proto.evidence_source());
  return issued;
}

class GrpcPdpClient final : public PdpClient {
 public:
  GrpcPdpClient(std::shared_ptr<grpc::Channel> channel, const VchId& vch)
      : stub_(pb::DecisionService::NewStub(std::move(channel))),
        vch_name_(vch.Name()) {}

  absl::StatusOr<IssuedDecision> CheckPull(const PdpQuestion& question,
                                           absl::Time deadline) override {
    grpc::ClientContext context;
    SetDeadline(deadline, context);
    pb::CheckPullRequest request;
    request.set_vch(vch_name_);
    request.set_registry(question.registry.ToString());
    if (question.evidence.outcome != Evidence::Outcome::kAbsent) {
      *request.mutable_evidence() = wire::ToProto(question.evidence);
    }
    request.set_explain(question.explain);

    pb::CheckPullResponse response;
    const grpc::Status status = stub_->CheckPull(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    absl::StatusOr<IssuedDecision> issued =
        Read(response.decision(), question.registry);
    if (issued.ok()) return issued;
    // Whoever asked is not to blame for what the PDP says.
    return absl::InternalError(absl::StrCat("the PDP's answer is unusable: ",
                                            issued.status().message()));
  }

 private:
  const std::unique_ptr<pb::DecisionService::Stub> stub_;
  const std::string vch_name_;
};

}  // namespace

std::unique_ptr<PdpClient> MakeGrpcPdpClient(
    std::shared_ptr<grpc::Channel> channel, VchId vch) {
  return std::make_unique<GrpcPdpClient>(std::move(channel), vch);
}

}  // namespace pullgate::agent
