// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/limbo_case.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "agent/verify/certificate_verifier.h"
#include "agent/verify/chain_verifier.h"
#include "common/crypto/ca_entry.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"
#include "common/crypto/trust_bundle.h"
#include "common/net/ip_address.h"
#include "common/policy/finding.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {
namespace {

using google::protobuf::Struct;

std::string TextOf(const Struct& object, const std::string& field) {
  const auto found = object.fields().find(field);
  return found == object.fields().end() ? "" : found->second.string_value();
}

X509Ptr Read(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  DrainSslErrors();
  return certificate;
}

// Either a bundle, or why there is none.
struct Trust {
  std::unique_ptr<TrustBundle> bundle;
  LimboOutcome refusal;
};

Trust TrustPolicy(const std::string& pem, absl::Time now) {
  CaEntry entry = ParseCaEntry(pem, "registry_cas[0].pem", now);
  for (const Finding& finding : entry.findings) {
    if (finding.severity == Severity::kError) {
      return {nullptr, {finding.code, finding.message}};
    }
  }
  std::vector<std::vector<X509Ptr>> entries;
  entries.push_back(std::move(entry.certificates));
  std::vector<std::vector<X509CrlPtr>> crls;
  crls.push_back(std::move(entry.crls));
  return {
      std::make_unique<TrustBundle>("limbo", entries, nullptr, std::move(crls)),
      {}};
}

Trust TrustPublic(const std::string& pem) {
  const TempDir dir;
  const std::string path = absl::StrCat(dir.path(), "/public.pem");
  std::ofstream(path) << pem;
  auto set = PublicCaSet::Load(path);
  if (!set.ok()) {
    return {nullptr, {"unparsed", std::string(set.status().message())}};
  }
  return {std::make_unique<TrustBundle>(
              "limbo", std::vector<std::vector<X509Ptr>>(), *std::move(set)),
          {}};
}

absl::StatusOr<RegistryHost> HostOf(const std::string& name) {
  if (const auto address = IpAddress::Parse(name); address.ok()) {
    return RegistryHost(*address);
  }
  const auto dns = DnsName::Parse(name);
  if (!dns.ok()) return dns.status();
  return RegistryHost(*dns);
}

// Whether the leaf has that name among its SANs.
bool HasName(const X509& leaf, const Struct& peer) {
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&leaf, NID_subject_alt_name, nullptr, nullptr)));
  DrainSslErrors();
  const std::string kind = TextOf(peer, "kind");
  const int type = kind == "RFC822" ? GEN_EMAIL
                   : kind == "DNS"  ? GEN_DNS
                                    : GEN_IPADD;
  std::string wanted = TextOf(peer, "value");
  if (type == GEN_IPADD) {
    const auto address = IpAddress::Parse(wanted);
    if (!address.ok()) return false;
    wanted.assign(reinterpret_cast<const char*>(address->bytes().data()),
                  address->bits() / 8);
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != type) continue;
    const ASN1_STRING* text = name->d.ia5;  // all three are ASN1_STRINGs
    if (std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                    ASN1_STRING_length(text)) == wanted) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string LimboCase::Text(const std::string& field) const {
  return TextOf(json_, field);
}

std::vector<std::string> LimboCase::Texts(const std::string& field) const {
  std::vector<std::string> texts;
  const auto found = json_.fields().find(field);
  if (found == json_.fields().end()) return texts;
  for (const auto& value : found->second.list_value().values()) {
    texts.push_back(value.string_value());
  }
  return texts;
}

std::string LimboCase::id() const { return Text("id"); }

bool LimboCase::expects_success() const {
  return Text("expected_result") == "SUCCESS";
}

bool LimboCase::has_crls() const { return !Texts("crls").empty(); }

bool LimboCase::pedantic() const {
  for (const std::string& feature : Texts("features")) {
    if (absl::StartsWith(feature, "pedantic-")) return true;
  }
  return false;
}

LimboOutcome LimboCase::Run(AnchorKind kind) const {
  absl::Time now = SystemClock().Now();
  absl::ParseTime(absl::RFC3339_full, Text("validation_time"), &now, nullptr);
  const std::string trusted = absl::StrJoin(Texts("trusted_certs"), "\n");
  const Trust trust =
      kind == AnchorKind::kPublic
          ? TrustPublic(trusted)
          : TrustPolicy(
                absl::StrCat(trusted, "\n", absl::StrJoin(Texts("crls"), "\n")),
                now);
  if (trust.bundle == nullptr) return trust.refusal;

  const X509Ptr leaf = Read(Text("peer_certificate"));
  if (leaf == nullptr) return {"unparsed", "the leaf does not parse"};
  std::vector<X509Ptr> owned;
  const X509StackPtr presented(sk_X509_new_null());
  for (const std::string& pem : Texts("untrusted_intermediates")) {
    X509Ptr certificate = Read(pem);
    if (certificate == nullptr) continue;
    sk_X509_push(presented.get(), certificate.get());
    owned.push_back(std::move(certificate));
  }
  const TrustAnchors anchors = {trust.bundle.get(), {0}};
  return Verify({leaf.get(), presented.get(), &anchors,
                 is_client() ? Purpose::kClient : Purpose::kServer,
                 absl::FromTimeT(absl::ToTimeT(now))});
}

bool LimboCase::is_client() const {
  return Text("validation_kind") == "CLIENT";
}

LimboOutcome LimboCase::Verify(ChainRequest request) const {
  const auto depth = json_.fields().find("max_chain_depth");
  if (depth != json_.fields().end() && depth->second.has_number_value()) {
    request.max_intermediates = static_cast<int>(depth->second.number_value());
  }
  if (RuleFailure failure = VerifyChain(request)) {
    return {failure.rule, failure.clause};
  }
  if (is_client()) {
    for (const auto& peer :
         json_.fields().at("expected_peer_names").list_value().values()) {
      if (!HasName(*request.leaf, peer.struct_value())) {
        return {"name", "misses a name"};
      }
    }
    return {};
  }
  const std::string name =
      TextOf(json_.fields().at("expected_peer_name").struct_value(), "value");
  if (name.empty()) return {};
  const absl::StatusOr<RegistryHost> host = HostOf(name);
  if (!host.ok()) return {"name", std::string(host.status().message())};
  const CertificateVerdict verdict = VerifyServerCertificate(
      request.leaf, request.presented, *request.anchors, *host, request.now);
  return {verdict.rule, verdict.failure};
}

}  // namespace pullgate::agent
