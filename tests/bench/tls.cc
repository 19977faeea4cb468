// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What verifying a certificate costs: `bazel run -c opt //tests/bench:tls`.
// Closes with lines of the form "result <name> <value> <unit>".
//
// OpenSSL's own X509_verify_cert, with purpose and host name, is timed in the
// same rounds on the same chain: root, intermediate, leaf, all P-256, anchored
// once in a policy entry and once in a public set of 140 roots. The fastest of
// many rounds counts. Hostile chains are timed whole, the slowest of each kind.

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/authorize/verdict_cache.h"
#include "agent/verify/certificate_verifier.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/ssl_ptr.h"
#include "common/crypto/trust_bundle.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::bench {
namespace {

using agent::CertificateVerdict;
using agent::TrustAnchors;

constexpr char kHost[] = "registry.example.com";
constexpr int kRounds = 40;
constexpr int kCallsPerRound = 100;
constexpr int kPublicRoots = 140;

// Nanoseconds for one call, the fastest round counting.
class Stopwatch {
 public:
  void Round(int calls, const std::function<void()>& call) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) call();
    const std::chrono::duration<double, std::nano> taken =
        std::chrono::steady_clock::now() - begin;
    best_ = std::min(best_, taken.count() / calls);
  }
  double best() const { return best_; }

 private:
  double best_ = 1e18;
};

void Result(const char* name, double value, const char* unit) {
  std::printf("result %s %.3f %s\n", name, value, unit);
}

void Check(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(EXIT_FAILURE);
}

struct Chain {
  Chain()
      : root(MakeTestRoot("Root")),
        issuing(root.Issue(TestCaOptions("Issuing CA"))),
        leaf(issuing.Issue(TestLeafOptions({kHost}))),
        presented(sk_X509_new_null()) {
    sk_X509_push(presented.get(), leaf.certificate.get());
    sk_X509_push(presented.get(), issuing.certificate.get());
  }
  const TestCertificate root;
  const TestCertificate issuing;
  const TestCertificate leaf;
  const X509StackPtr presented;
};

void VerifyOurs(const Chain& chain, const TrustAnchors& anchors,
                absl::Time now) {
  const CertificateVerdict verdict = agent::VerifyServerCertificate(
      chain.leaf.certificate.get(), chain.presented.get(), anchors,
      *DnsName::Parse(kHost), now);
  Check(verdict.verified, verdict.failure);
}

void VerifyByOpenSsl(const Chain& chain, X509_STORE* store) {
  const X509StoreCtxPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store, chain.leaf.certificate.get(),
                      chain.presented.get());
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set1_host(param, kHost, 0);
  Check(X509_verify_cert(context.get()) == 1, "OpenSSL does not verify it");
}

// How much longer than OpenSSL it takes, with these anchors.
double Compare(const Chain& chain, const TrustAnchors& anchors,
               const std::vector<X509*>& trusted, const char* name) {
  const X509StorePtr store(X509_STORE_new());
  for (X509* one : trusted) X509_STORE_add_cert(store.get(), one);
  const absl::Time now = SystemClock().Now();
  Stopwatch ours;
  Stopwatch theirs;
  for (int i = 0; i < kRounds; ++i) {
    ours.Round(kCallsPerRound, [&] { VerifyOurs(chain, anchors, now); });
    theirs.Round(kCallsPerRound, [&] { VerifyByOpenSsl(chain, store.get()); });
  }
  Result(absl::StrCat(name, "_us").c_str(), ours.best() / 1000, "us");
  Result(absl::StrCat(name, "_openssl_us").c_str(), theirs.best() / 1000, "us");
  return ours.best() / theirs.best();
}

std::shared_ptr<const TrustBundle> PolicyTrust(
    const std::vector<const TestCertificate*>& anchors) {
  std::vector<std::vector<X509Ptr>> entries(1);
  for (const TestCertificate* anchor : anchors) {
    entries[0].push_back(ShareX509(anchor->certificate.get()));
  }
  return std::make_shared<TrustBundle>("bench", entries, nullptr);
}

void BenchVerification() {
  const Chain chain;
  const auto policy = PolicyTrust({&chain.root});
  Result("verify_over_openssl",
         Compare(chain, {policy.get(), {0}}, {chain.root.certificate.get()},
                 "verify"),
         "x");
  std::string pem = chain.root.Pem();
  for (int i = 1; i < kPublicRoots; ++i) {
    pem += MakeTestRoot(absl::StrCat("Public Root ", i)).Pem();
  }
  const TempDir dir;
  WriteFile(dir.File("public.pem"), pem);
  const auto set = *PublicCaSet::Load(dir.File("public.pem"));
  const TrustBundle bundle("bench", std::vector<std::vector<X509Ptr>>(), set);
  std::vector<X509*> trusted;
  for (const X509Ptr& one : set->certificates()) trusted.push_back(one.get());
  Result("verify_public_over_openssl",
         Compare(chain, {&bundle, {}}, trusted, "verify_public"), "x");
}

// Sixteen cross-certificates of one name and one key identifier, that really
// signed one another, with the costliest keys to verify; under four anchors of
// that name.
double SlowestTangle(int keys) {
  TestCertificateOptions options = TestCaOptions("Tangle");
  options.key = TestCertificateOptions::Key::kP384;
  options.subject_key_identifier = "01020304";
  options.authority_key_identifier.emplace();
  options.other_extensions = {{"2.5.29.35", "DER:3006800401020304"}};
  std::vector<TestCertificate> roots;
  std::vector<TestCertificate> anchors;
  roots.reserve(keys);
  anchors.reserve(4);
  for (int i = 0; i < keys; ++i) roots.push_back(MakeSelfSigned(options));
  for (int i = 0; i < 4; ++i) anchors.push_back(MakeSelfSigned(options));
  std::vector<TestCertificate> tangle;
  tangle.reserve(agent::kMaxPresentedCertificates);
  const X509StackPtr presented(sk_X509_new_null());
  for (int i = 0; i < agent::kMaxPresentedCertificates; ++i) {
    tangle.push_back(
        roots[(i / keys + i + 1) % keys].Reissue(roots[i % keys], options));
  }
  for (const TestCertificate& one : tangle) {
    sk_X509_push(presented.get(), one.certificate.get());
  }
  const auto trust =
      PolicyTrust({&anchors[0], &anchors[1], &anchors[2], &anchors[3]});
  const TestCertificate leaf = roots[0].Issue(TestLeafOptions({kHost}));
  Stopwatch watch;
  for (int i = 0; i < 3; ++i) {
    watch.Round(1, [&] {
      Check(!agent::VerifyServerCertificate(
                 leaf.certificate.get(), presented.get(), {trust.get(), {0}},
                 *DnsName::Parse(kHost), SystemClock().Now())
                 .verified,
            "the tangle verifies");
    });
  }
  return watch.best() / 1e6;
}

// `paths` cross-certificates of one CA under a good anchor, each with
// `subtrees` that exclude what the leaf, with `names`, is for.
double SlowestConstraints(int paths, int subtrees, int names) {
  const TestCertificate root = MakeTestRoot("Root");
  TestCertificateOptions narrow = TestCaOptions("Narrow");
  narrow.name_constraints = "critical";
  TestCertificateOptions many = TestLeafOptions({});
  for (int i = 0; i < subtrees; ++i) {
    absl::StrAppend(&narrow.name_constraints, ",excluded;DNS:h", i, ".test");
  }
  for (int i = 0; i < names; ++i) {
    many.dns_names.push_back(absl::StrCat("g", i, ".test"));
  }
  many.dns_names.push_back("h0.test");
  std::vector<TestCertificate> cas;
  cas.push_back(root.Issue(narrow));
  while (static_cast<int>(cas.size()) < paths) {
    cas.push_back(root.Reissue(cas.front(), narrow));
  }
  const TestCertificate leaf = cas.front().Issue(many);
  const X509StackPtr presented(sk_X509_new_null());
  for (const TestCertificate& ca : cas) {
    sk_X509_push(presented.get(), ca.certificate.get());
  }
  const auto trust = PolicyTrust({&root});
  Stopwatch watch;
  for (int i = 0; i < 3; ++i) {
    watch.Round(1, [&] {
      Check(!agent::VerifyServerCertificate(
                 leaf.certificate.get(), presented.get(), {trust.get(), {0}},
                 *DnsName::Parse(kHost), SystemClock().Now())
                 .verified,
            "an excluded name verifies");
    });
  }
  return watch.best() / 1e6;
}

void BenchHostile() {
  const double names = SlowestConstraints(1, 2000, 2000);
  Result("hostile_names_ms", names, "ms");
  const double paths = SlowestConstraints(16, 200, 800);
  Result("hostile_constrained_paths_ms", paths, "ms");
  double slowest = std::max(names, paths);
  for (const int keys : {2, 4, 8, 16}) {
    const double tangle = SlowestTangle(keys);
    Result(absl::StrCat("hostile_tangle_", keys, "_keys_ms").c_str(), tangle,
           "ms");
    slowest = std::max(slowest, tangle);
  }
  Result("hostile_chain_worst_ms", slowest, "ms");
}

void BenchCachedVerdict() {
  const SystemClock clock;
  agent::VerdictCache cache(&clock, 4096, absl::Hours(1));
  auto verification = std::make_shared<agent::Verification>();
  verification->usable.emplace();
  std::vector<agent::VerdictKey> keys;
  for (int i = 0; i < 1024; ++i) {
    agent::VerdictKey key = {
        *RegistryAddress::Parse(absl::StrCat("registry", i, ".example.com")),
        {Route()},
        std::string(71, 'a'),
        7};
    cache.Put(key, verification, clock.Now());
    keys.push_back(std::move(key));
  }
  Stopwatch watch;
  size_t next = 0;
  for (int i = 0; i < kRounds; ++i) {
    watch.Round(10000, [&] {
      Check(cache.Find(keys[++next % keys.size()]).has_value(), "not cached");
    });
  }
  Result("cached_verdict_ns", watch.best(), "ns");
}

}  // namespace
}  // namespace pullgate::bench

int main() {
  pullgate::bench::BenchVerification();
  pullgate::bench::BenchHostile();
  pullgate::bench::BenchCachedVerdict();
}
