// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/event_query.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::decision::v1;
using pullgate::audit::v1::EventFilter;

TEST(ParseEventFilterTest, AnEmptyFilterTakesEverything) {
  const auto filter = ParseEventFilter(EventFilter());
  ASSERT_TRUE(filter.ok());
  EXPECT_FALSE(filter->vch || filter->effect || filter->reason ||
               filter->start || filter->end || filter->policy_revision);
  EXPECT_TRUE(filter->registry.empty());
}

TEST(ParseEventFilterTest, TakesARegistryInAnySpelling) {
  EventFilter filter;
  filter.set_registry("Registry.Example.COM.:5000/v2/");
  EXPECT_EQ(ParseEventFilter(filter)->registry, "registry.example.com:5000");
}

TEST(ParseEventFilterTest, ReadsEveryField) {
  EventFilter filter;
  filter.set_vch("vchs/a");
  filter.set_effect(pb::EFFECT_DENY);
  filter.set_reason(pb::DENY_REASON_NO_POLICY);
  filter.mutable_start_time()->set_seconds(10);
  filter.mutable_end_time()->set_seconds(20);
  filter.set_policy_revision(7);
  const auto parsed = ParseEventFilter(filter);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->vch->text(), "a");
  EXPECT_EQ(parsed->effect, pb::EFFECT_DENY);
  EXPECT_EQ(parsed->reason, pb::DENY_REASON_NO_POLICY);
  EXPECT_EQ(parsed->start, absl::FromUnixSeconds(10));
  EXPECT_EQ(parsed->end, absl::FromUnixSeconds(20));
  EXPECT_EQ(parsed->policy_revision, 7);
}

TEST(ParseEventFilterTest, ReadsWhatPullsWentTo) {
  EventFilter filter;
  filter.set_registry_domain("Corp.Example.");
  filter.set_registry_cidr("10.2.2.7/24");
  filter.set_agent("vch-1/e1");
  filter.add_rules()->set_place("whitelist[3]");
  filter.set_scheme(pb::SCHEME_HTTP);
  filter.set_certificate_check(pb::CERTIFICATE_CHECK_NONE);
  std::string colons;
  for (int i = 0; i < 32; ++i) colons += i == 0 ? "AB" : ":AB";
  filter.set_certificate_sha256(colons);
  filter.add_kinds(pullgate::audit::v1::AuditEvent::KIND_GAP);
  const auto parsed = ParseEventFilter(filter);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->registry_domain, "corp.example");
  EXPECT_EQ(parsed->registry_cidr->ToString(), "10.2.2.0/24");
  EXPECT_EQ(parsed->agent, "vch-1/e1");
  EXPECT_EQ(parsed->rules.at(0).place, "whitelist[3]");
  EXPECT_EQ(parsed->scheme, pb::SCHEME_HTTP);
  EXPECT_EQ(parsed->certificate_check, pb::CERTIFICATE_CHECK_NONE);
  EXPECT_EQ(parsed->certificate_sha256.size(), 64u);
  EXPECT_EQ(parsed->certificate_sha256.substr(0, 4), "abab");
  EXPECT_EQ(parsed->kinds.size(), 1u);
}

TEST(ParseEventFilterTest, NamesTheFieldThatIsWrong) {
  using Change = std::function<void(EventFilter&)>;
  const std::vector<std::pair<std::string, Change>> wrong = {
      {"filter.vch", [](EventFilter& f) { f.set_vch("a"); }},
      {"filter.registry", [](EventFilter& f) { f.set_registry("a b"); }},
      {"filter.effect",
       [](EventFilter& f) { f.set_effect(static_cast<pb::Effect>(9)); }},
      {"filter.reason",
       [](EventFilter& f) { f.set_reason(static_cast<pb::DenyReason>(99)); }},
      {"filter.end_time",
       [](EventFilter& f) {
         f.mutable_start_time()->set_seconds(2);
         f.mutable_end_time()->set_seconds(1);
       }},
      {"filter.registry_domain",
       [](EventFilter& f) { f.set_registry_domain("a b"); }},
      {"filter.registry_domain",
       [](EventFilter& f) { f.set_registry_domain("10.2.2.5"); }},
      {"filter.registry_cidr",
       [](EventFilter& f) { f.set_registry_cidr("10.0.0.0/33"); }},
      {"filter.agent", [](EventFilter& f) { f.set_agent("vch-1"); }},
      {"filter.agent", [](EventFilter& f) { f.set_agent("vch-1/e/7"); }},
      {"filter.rules[0]", [](EventFilter& f) { f.add_rules(); }},
      {"filter.rules[1]",
       [](EventFilter& f) {
         f.add_rules()->set_text("a.example");
         f.add_rules()->set_list(pb::RULE_LIST_WHITELIST);
       }},
      {"filter.scheme",
       [](EventFilter& f) { f.set_scheme(static_cast<pb::Scheme>(9)); }},
      {"filter.certificate_check",
       [](EventFilter& f) {
         f.set_certificate_check(static_cast<pb::CertificateCheck>(9));
       }},
      {"filter.certificate_sha256",
       [](EventFilter& f) { f.set_certificate_sha256("abc"); }},
      {"filter.certificate_sha256",
       [](EventFilter& f) { f.set_certificate_sha256(std::string(64, 'g')); }},
      {"filter.kinds[0]",
       [](EventFilter& f) {
         f.add_kinds(pullgate::audit::v1::AuditEvent::KIND_UNSPECIFIED);
       }},
      {"filter.policy_revision",
       [](EventFilter& f) { f.set_policy_revision(-1); }},
  };
  for (const auto& [field, change] : wrong) {
    EventFilter filter;
    change(filter);
    const auto parsed = ParseEventFilter(filter);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    ASSERT_EQ(FieldViolationsOf(parsed.status()).size(), 1u) << field;
    EXPECT_EQ(FieldViolationsOf(parsed.status())[0].field, field);
  }
}

TEST(ListTokenTest, IsGoodForItsOwnFilterOnly) {
  EventFilter filter;
  filter.set_vch("vchs/a");
  const std::string token = MakeListToken(filter, 7);
  EXPECT_EQ(*ReadListToken(filter, token), 7);
  const auto other = ReadListToken(EventFilter(), token);
  EXPECT_EQ(FieldViolationsOf(other.status()).at(0).field, "page_token");
}

TEST(CursorTest, IsNoPageTokenAndTheOtherWayRound) {
  EXPECT_EQ(*ReadCursor(MakeCursor(42)), 42);
  const EventFilter filter;
  EXPECT_FALSE(ReadCursor(MakeListToken(filter, 2)).ok());
  EXPECT_FALSE(ReadListToken(filter, MakeCursor(42)).ok());
  EXPECT_EQ(FieldViolationsOf(ReadCursor("42").status()).at(0).field, "cursor");
}

}  // namespace
}  // namespace pullgate::pdp
