// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/impact_proto.h"

namespace pullgate::wire {
namespace {

namespace policy_pb = pullgate::policy::v1;

policy_pb::Relation ToProto(Relation relation) {
  switch (relation) {
    case Relation::kEqual:
      return policy_pb::RELATION_EQUAL;
    case Relation::kNarrower:
      return policy_pb::RELATION_NARROWER;
    case Relation::kWider:
      return policy_pb::RELATION_WIDER;
    case Relation::kIncomparable:
      return policy_pb::RELATION_INCOMPARABLE;
  }
  return policy_pb::RELATION_UNSPECIFIED;
}

policy_pb::Comparison ToProto(const Comparison& comparison) {
  policy_pb::Comparison proto;
  proto.set_relation(ToProto(comparison.relation));
  proto.set_names(ToProto(comparison.names));
  proto.set_addresses(ToProto(comparison.addresses));
  return proto;
}

policy_pb::ImpactRegion::Outcome ToProto(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDenied:
      return policy_pb::ImpactRegion::OUTCOME_DENIED;
    case Outcome::kVerified:
      return policy_pb::ImpactRegion::OUTCOME_VERIFIED;
    case Outcome::kInsecure:
      return policy_pb::ImpactRegion::OUTCOME_INSECURE;
  }
  return policy_pb::ImpactRegion::OUTCOME_UNSPECIFIED;
}

void ToProto(const ImpactRegion& region, policy_pb::ImpactRegion* proto) {
  proto->set_hosts(region.hosts);
  proto->set_ports(region.ports);
  proto->mutable_evidence()->Assign(region.evidence.begin(),
                                    region.evidence.end());
  proto->set_before(ToProto(region.before));
  proto->set_after(ToProto(region.after));
  const Witness& witness = region.witness;
  policy_pb::Witness& out = *proto->mutable_witness();
  out.set_registry(witness.registry);
  out.mutable_addresses()->Assign(witness.addresses.begin(),
                                  witness.addresses.end());
  out.mutable_names()->Assign(witness.names.begin(), witness.names.end());
  out.set_place_before(witness.place_before);
  out.set_place_after(witness.place_after);
  proto->set_message(region.message);
}

}  // namespace

policy_pb::PolicyImpact ToProto(const PolicyImpact& impact) {
  policy_pb::PolicyImpact proto;
  *proto.mutable_allowed() = ToProto(impact.allowed);
  *proto.mutable_insecure() = ToProto(impact.insecure);
  for (const ImpactRegion& region : impact.regions) {
    ToProto(region, proto.add_regions());
  }
  proto.set_regions_left_out(impact.regions_left_out);
  return proto;
}

}  // namespace pullgate::wire
