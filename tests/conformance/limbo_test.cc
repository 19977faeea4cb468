// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// x509-limbo (github.com/C2SP/x509-limbo): certificate chains with the verdict
// they deserve. Run with
//
//   bazel test //tests/conformance:limbo_test --test_output=all \
//       --test_env=PULLGATE_LIMBO=/path/to/limbo.json
//
// Each case goes the way of a policy: its trusted certificates through
// ParseCaEntry, its chain through VerifyServerCertificate. CLIENT cases, and
// those about a chain's maximal depth, are not what a registry client does.

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/verify/certificate_verifier.h"
#include "common/crypto/ca_entry.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"
#include "common/crypto/trust_bundle.h"
#include "common/net/ip_address.h"
#include "common/policy/finding.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace pullgate::agent {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;

// Cases that are not right, and why. Any other is a failure of this test.
const std::map<std::string, std::string>& KnownWrong() {
  struct Reason {
    const char* reason;
    std::vector<const char*> cases;
  };
  static const auto* const known = [] {
    const std::vector<Reason> reasons = {
        {"CRLs are not read",
         {"crl::revoked-certificate-with-crl", "crl::crlnumber-missing",
          "crl::crlnumber-critical"}},
        {"OpenSSL matches no excluded name against a wildcard SAN",
         {"cve::cve-2025-61727"}},
        {"AKI and SKI are not demanded, as private CAs leave them out",
         {"rfc5280::aki::leaf-missing-aki",
          "rfc5280::aki::intermediate-missing-aki",
          "rfc5280::aki::cross-signed-root-missing-aki",
          "webpki::aki::root-with-aki-missing-keyidentifier"}},
        {"name constraints are taken as OpenSSL reads them",
         {"rfc5280::nc::invalid-dnsname-leading-period",
          "rfc5280::nc::not-allowed-in-ee-noncritical",
          "rfc5280::nc::nc-permits-invalid-dns-san",
          "webpki::nc::intermediate-permitted-excluded-subtrees-both-null",
          "webpki::nc::intermediate-permitted-excluded-subtrees-both-empty-"
          "sequences"}},
        {"OpenSSL tries one path only",
         {"rfc5280::nc::nc-forbids-alternate-chain-ica",
          "rfc5280::nc::nc-forbids-same-chain-ica"}},
        {"serial numbers are not judged", {"rfc5280::serial::too-long"}},
        {"an anchor need not mark basicConstraints critical",
         {"rfc5280::root-non-critical-basic-constraints"}},
        {"the common name counts for nothing, right or wrong",
         {"webpki::cn::ipv4-leading-zeros-mismatch",
          "webpki::cn::ipv6-uncompressed-mismatch",
          "webpki::cn::case-mismatch"}},
        {"an EKU is held against nobody for being absent, critical or broad",
         {"webpki::eku::ee-anyeku", "webpki::eku::ee-critical-eku",
          "webpki::eku::ee-without-eku", "webpki::eku::root-has-eku"}},
        {"RSA keys are judged by size alone",
         {"webpki::forbidden-rsa-not-divisible-by-8-in-root"}},
    };
    auto* const by_case = new std::map<std::string, std::string>();
    for (const Reason& reason : reasons) {
      for (const char* id : reason.cases) (*by_case)[id] = reason.reason;
    }
    return by_case;
  }();
  return *known;
}

std::string Text(const Struct& object, const std::string& field) {
  const auto found = object.fields().find(field);
  return found == object.fields().end() ? "" : found->second.string_value();
}

std::vector<std::string> Texts(const Struct& object, const std::string& field) {
  std::vector<std::string> texts;
  const auto found = object.fields().find(field);
  if (found == object.fields().end()) return texts;
  for (const auto& value : found->second.list_value().values()) {
    texts.push_back(value.string_value());
  }
  return texts;
}

X509Ptr Read(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  DrainSslErrors();
  return certificate;
}

bool Runnable(const Struct& test) {
  return Text(test, "validation_kind") == "SERVER" &&
         !test.fields().at("max_chain_depth").has_number_value();
}

bool Pedantic(const Struct& test) {
  for (const std::string& feature : Texts(test, "features")) {
    if (absl::StartsWith(feature, "pedantic-")) return true;
  }
  return false;
}

// Empty: accepted. Else why not.
std::string Verify(const Struct& test) {
  // A case that gives no time means the present.
  absl::Time now = SystemClock().Now();
  absl::ParseTime(absl::RFC3339_full, Text(test, "validation_time"), &now,
                  nullptr);
  std::string trusted;
  for (const std::string& pem : Texts(test, "trusted_certs")) trusted += pem;
  CaEntry entry = ParseCaEntry(trusted, "registry_cas[0].pem", now);
  for (const Finding& finding : entry.findings) {
    if (finding.severity == Severity::kError) return finding.message;
  }
  std::vector<std::vector<X509Ptr>> entries;
  entries.push_back(std::move(entry.certificates));
  const TrustBundle bundle("limbo", std::move(entries), nullptr);

  const X509Ptr leaf = Read(Text(test, "peer_certificate"));
  if (leaf == nullptr) return "the leaf does not parse";
  std::vector<X509Ptr> owned;
  STACK_OF(X509)* const presented = sk_X509_new_null();
  for (const std::string& pem : Texts(test, "untrusted_intermediates")) {
    X509Ptr certificate = Read(pem);
    if (certificate == nullptr) continue;
    sk_X509_push(presented, certificate.get());
    owned.push_back(std::move(certificate));
  }
  const Struct& peer = test.fields().at("expected_peer_name").struct_value();
  const std::string name = Text(peer, "value");
  std::string failure = "the name does not parse";
  if (const auto address = IpAddress::Parse(name); address.ok()) {
    failure = VerifyServerCertificate(leaf.get(), presented, {&bundle, {0}},
                                      *address, now)
                  .failure;
  } else if (const auto dns = DnsName::Parse(name); dns.ok()) {
    failure = VerifyServerCertificate(leaf.get(), presented, {&bundle, {0}},
                                      *dns, now)
                  .failure;
  }
  sk_X509_free(presented);
  return failure;
}

TEST(LimboTest, EveryCaseIsRightOrKnown) {
  const char* const path = getenv("PULLGATE_LIMBO");
  if (path == nullptr) {
    GTEST_SKIP() << "give x509-limbo's JSON file as PULLGATE_LIMBO";
  }
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  Struct limbo;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(text.str(), &limbo).ok())
      << path;
  const ListValue& tests = limbo.fields().at("testcases").list_value();
  int run = 0;
  int right = 0;
  int wrong_accepts = 0;
  int wrong_rejects = 0;
  for (const auto& value : tests.values()) {
    const Struct& test = value.struct_value();
    if (!Runnable(test)) continue;
    ++run;
    const std::string failure = Verify(test);
    const bool expected = Text(test, "expected_result") == "SUCCESS";
    const std::string id = Text(test, "id");
    if (failure.empty() == expected) {
      ++right;
      EXPECT_EQ(KnownWrong().count(id), 0) << id << " is right now";
      continue;
    }
    (expected ? wrong_rejects : wrong_accepts) += 1;
    const auto known = KnownWrong().find(id);
    const std::string what =
        expected ? absl::StrCat("refused: ", failure) : "accepted";
    if (known == KnownWrong().end()) {
      ADD_FAILURE() << id << " was " << what
                    << (Pedantic(test) ? " (pedantic)" : "");
    } else {
      std::cout << id << " was " << what << "; known: " << known->second
                << "\n";
    }
  }
  std::cout << "result limbo_cases " << run << " cases\n"
            << "result limbo_right_percent " << 100.0 * right / run << " %\n"
            << "result limbo_wrong_accepts " << wrong_accepts << " cases\n"
            << "result limbo_wrong_rejects " << wrong_rejects << " cases\n";
}

}  // namespace
}  // namespace pullgate::agent
