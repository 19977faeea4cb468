// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/decision_proto.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::wire {
namespace {

namespace pb = pullgate::decision::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RegistryAddress Asked(absl::string_view text) {
  return RegistryAddress::ParseQuestion(text).value();
}

pb::Decision PermitProto() {
  pb::Decision proto;
  proto.set_effect(pb::EFFECT_PERMIT);
  pb::Route& route = *proto.add_routes();
  route.set_scheme(pb::SCHEME_HTTPS);
  route.set_host("registry.example.com");
  route.set_port(443);
  route.set_pinned(true);
  route.add_addresses("10.2.2.5");
  return proto;
}

std::string FieldOf(const absl::Status& status) {
  const std::vector<FieldViolation> violations = FieldViolationsOf(status);
  return violations.empty() ? "" : violations.front().field;
}

TEST(DecisionFromProtoTest, WhatToProtoWritesReadsBackTheSame) {
  Decision decision;
  decision.effect = Effect::kPermit;
  decision.reason = DenyReason::kNone;
  decision.message = "covered by insecure[0]";
  decision.rule = RuleReference{RuleList::kInsecure, 7, "10.2.2.0/24"};
  Route route;
  route.scheme = Scheme::kHttp;
  route.host = IpAddress::Parse("2001:db8::1").value();
  route.port = 5000;
  route.certificate_check = CertificateCheck::kNone;
  route.pinned = true;
  route.addresses = {IpAddress::Parse("2001:db8::1").value()};
  decision.routes.push_back(route);

  pb::Decision proto;
  ToProto(decision, &proto);
  const Decision read = DecisionFromProto(proto).value();

  EXPECT_EQ(read.effect, Effect::kPermit);
  EXPECT_EQ(read.message, decision.message);
  EXPECT_EQ(PlaceOf(*read.rule), "insecure[7]");
  ASSERT_EQ(read.routes.size(), 1u);
  EXPECT_EQ(read.routes[0].scheme, Scheme::kHttp);
  EXPECT_EQ(HostToString(read.routes[0].host), "2001:db8::1");
  EXPECT_EQ(read.routes[0].port, 5000);
  EXPECT_TRUE(read.insecure());
  EXPECT_EQ(read.routes[0].addresses, route.addresses);
}

TEST(DecisionFromProtoTest, AnEmptyMessageIsADenial) {
  const Decision read = DecisionFromProto(pb::Decision()).value();
  EXPECT_EQ(read.effect, Effect::kDeny);
  EXPECT_EQ(read.reason, DenyReason::kNotWhitelisted);
}

TEST(DecisionFromProtoTest, AnUnknownEffectIsADenial) {
  pb::Decision proto = PermitProto();
  proto.set_effect(static_cast<pb::Effect>(17));
  EXPECT_EQ(DecisionFromProto(proto)->effect, Effect::kDeny);
}

TEST(DecisionFromProtoTest, AnUnsetOrUnknownCheckIsRequired) {
  pb::Decision proto = PermitProto();
  EXPECT_EQ(DecisionFromProto(proto)->routes[0].certificate_check,
            CertificateCheck::kRequired);
  proto.mutable_routes(0)->set_certificate_check(
      static_cast<pb::CertificateCheck>(9));
  EXPECT_EQ(DecisionFromProto(proto)->routes[0].certificate_check,
            CertificateCheck::kRequired);
}

TEST(DecisionFromProtoTest, APlaintextRouteMustSayThatNothingIsChecked) {
  pb::Decision proto = PermitProto();
  proto.mutable_routes(0)->set_scheme(pb::SCHEME_HTTP);
  EXPECT_EQ(FieldOf(DecisionFromProto(proto).status()),
            "routes[0].certificate_check");
}

TEST(DecisionFromProtoTest, APermitWithoutRoutesIsRefused) {
  pb::Decision proto = PermitProto();
  proto.clear_routes();
  EXPECT_EQ(DecisionFromProto(proto).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(DecisionFromProtoTest, APinnedRouteWithoutAddressesIsRefused) {
  pb::Decision proto = PermitProto();
  proto.mutable_routes(0)->clear_addresses();
  EXPECT_EQ(FieldOf(DecisionFromProto(proto).status()), "routes[0].addresses");
}

TEST(DecisionFromProtoTest, MalformedRoutesAreRefusedByTheirPlace) {
  pb::Decision proto = PermitProto();
  *proto.add_routes() = proto.routes(0);
  proto.mutable_routes(1)->set_addresses(0, "10.2.2");
  EXPECT_EQ(FieldOf(DecisionFromProto(proto).status()),
            "routes[1].addresses[0]");
  proto = PermitProto();
  proto.mutable_routes(0)->set_port(65536);
  EXPECT_EQ(FieldOf(DecisionFromProto(proto).status()), "routes[0].port");
  proto = PermitProto();
  proto.mutable_routes(0)->clear_scheme();
  EXPECT_EQ(FieldOf(DecisionFromProto(proto).status()), "routes[0].scheme");
  proto = PermitProto();
  proto.mutable_routes(0)->set_host("a..b");
  EXPECT_EQ(FieldOf(DecisionFromProto(proto).status()), "routes[0].host");
}

TEST(EvidenceFromProtoTest, SortsNumericallyAndDropsRepeats) {
  pb::Evidence proto;
  for (const char* text :
       {"10.10.0.1", "2001:db8::1", "10.2.0.1", "10.2.0.1"}) {
    proto.add_addresses(text);
  }
  const Evidence read =
      EvidenceFromProto(proto, Asked("a.example.com")).value();
  EXPECT_EQ(read.outcome, Evidence::Outcome::kLookedUp);
  EXPECT_THAT(read.addresses,
              ElementsAre(IpAddress::Parse("10.2.0.1").value(),
                          IpAddress::Parse("10.10.0.1").value(),
                          IpAddress::Parse("2001:db8::1").value()));
}

TEST(EvidenceFromProtoTest, EmptyWithoutAnOutcomeIsAbsent) {
  EXPECT_EQ(EvidenceFromProto(pb::Evidence(), Asked("a.example"))->outcome,
            Evidence::Outcome::kAbsent);
}

TEST(EvidenceFromProtoTest, EmptyAndLookedUpIsAnAnswer) {
  pb::Evidence proto;
  proto.set_outcome(pb::Evidence::OUTCOME_LOOKED_UP);
  EXPECT_EQ(EvidenceFromProto(proto, Asked("a.example"))->outcome,
            Evidence::Outcome::kLookedUp);
}

TEST(EvidenceFromProtoTest, AnUnknownOutcomeIsFailure) {
  pb::Evidence proto;
  proto.set_outcome(static_cast<pb::Evidence::Outcome>(12));
  EXPECT_EQ(EvidenceFromProto(proto, Asked("a.example"))->outcome,
            Evidence::Outcome::kFailed);
}

TEST(EvidenceFromProtoTest, FailureCarriesNoValues) {
  pb::Evidence proto;
  proto.set_outcome(pb::Evidence::OUTCOME_FAILED);
  proto.add_addresses("10.2.0.1");
  EXPECT_THAT(EvidenceFromProto(proto, Asked("a.example"))->addresses,
              IsEmpty());
}

TEST(EvidenceFromProtoTest, EvidenceOfTheWrongKindIsRefused) {
  pb::Evidence names;
  names.add_names("registry.example.com");
  const absl::Status for_name =
      EvidenceFromProto(names, Asked("a.example")).status();
  EXPECT_EQ(FieldOf(for_name), "names");
  EXPECT_THAT(std::string(for_name.message()), HasSubstr("is a name"));
  pb::Evidence addresses;
  addresses.add_addresses("10.9.9.9");
  EXPECT_EQ(
      FieldOf(EvidenceFromProto(addresses, Asked("10.9.9.9:5000")).status()),
      "addresses");
}

TEST(EvidenceFromProtoTest, AMalformedAddressIsRefusedByItsPlace) {
  pb::Evidence proto;
  proto.add_addresses("10.1.1.1");
  proto.add_addresses("10.1");
  EXPECT_EQ(FieldOf(EvidenceFromProto(proto, Asked("a.example")).status()),
            "addresses[1]");
}

TEST(EvidenceFromProtoTest, WhatIsNoDnsNameIsIgnored) {
  pb::Evidence proto;
  proto.add_names("_registry._tcp.example.com");
  proto.add_names("Registry.Example.COM.");
  const Evidence read = EvidenceFromProto(proto, Asked("10.9.9.9")).value();
  EXPECT_THAT(read.names,
              ElementsAre(DnsName::Parse("registry.example.com").value()));
}

TEST(EvidenceFromProtoTest, MoreThanTheBoundsIsRefused) {
  pb::Evidence addresses;
  for (int i = 0; i < kMaxEvidenceAddresses; ++i) {
    addresses.add_addresses(absl::StrCat("10.0.0.", i));
  }
  EXPECT_TRUE(EvidenceFromProto(addresses, Asked("a.example")).ok());
  addresses.add_addresses("10.0.1.1");
  EXPECT_EQ(FieldOf(EvidenceFromProto(addresses, Asked("a.example")).status()),
            "addresses");
  pb::Evidence names;
  for (int i = 0; i <= kMaxEvidenceNames; ++i) {
    names.add_names(absl::StrCat("a", i, ".example"));
  }
  EXPECT_EQ(FieldOf(EvidenceFromProto(names, Asked("10.0.0.1")).status()),
            "names");
}

TEST(ExplanationToProtoTest, KeepsRolesAndWhatBeatWhat) {
  Explanation explanation;
  MatchedRule match;
  match.rule = {RuleList::kInsecure, 1, "*.example.com"};
  match.role = MatchedRule::Role::kBeaten;
  match.beaten_by = RuleReference{RuleList::kWhitelist, 0, "a.example.com"};
  match.by_evidence = "10.2.2.5";
  explanation.matched.push_back(match);
  explanation.nearby.push_back(
      {{RuleList::kWhitelist, 3, "a.example.com:5000"}, "another port"});
  explanation.steps = {"looked at HTTPS on 443"};

  const pb::Explanation proto = ToProto(explanation);

  EXPECT_EQ(proto.matched(0).role(), pb::MatchedRule::ROLE_BEATEN);
  EXPECT_EQ(proto.matched(0).beaten_by().place(), "whitelist[0]");
  EXPECT_EQ(proto.matched(0).by_evidence(), "10.2.2.5");
  EXPECT_EQ(proto.nearby(0).rule().place(), "whitelist[3]");
  EXPECT_THAT(proto.steps(), ElementsAre("looked at HTTPS on 443"));
}

}  // namespace
}  // namespace pullgate::wire
