// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_AGENT_GATE_GATE_FIXTURE_H_
#define PULLGATE_TESTS_AGENT_GATE_GATE_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/authorize/pull_authorizer.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/decide/decider.h"
#include "agent/gate/gate.h"
#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/time/boot_clock.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp_client.h"
#include "tests/fakes/agent/fake_registry_verifier.h"
#include "tests/fakes/agent/fake_spool.h"
#include "tests/fakes/fake_host_resolver.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/agent/issue_by_policy.h"
#include "tests/support/client_hello_bytes.h"
#include "tests/support/tcp_peer.h"

namespace pullgate::agent {

// Proves what the fake verifier does, over HTTP only if told so.
class SchemeChooser final : public RegistryVerifier {
 public:
  explicit SchemeChooser(RegistryVerifier* inner) : inner_(inner) {}

  void HttpOnly() { http_only_ = true; }

  Verification Verify(const VerifyRequest& request,
                      absl::Time deadline) override {
    VerifyRequest reachable = request;
    if (http_only_) {
      reachable.routes.clear();
      for (const Route& route : request.routes) {
        if (route.scheme == Scheme::kHttp) reachable.routes.push_back(route);
      }
    }
    return inner_->Verify(reachable, deadline);
  }

 private:
  RegistryVerifier* const inner_;
  bool http_only_ = false;
};

class NullObserver final : public VerdictObserver {
 public:
  void OnVerdict(GivenVerdict /*given*/) override {}
  void OnUnrecorded(const std::string& /*asked*/,
                    const absl::Status& /*status*/) override {}
  void OnRefused(const absl::Status& /*status*/) override {}
};

// A gate with real sockets and clocks, and everything behind its decisions
// faked. kSecure must verify, kInsecure need not, denied.example is not
// whitelisted; the names lead to 127.0.0.1, where the test listens as
// `registry_`.
class GateFixture : public testing::Test {
 protected:
  static constexpr char kSecure[] = "secure.example";
  static constexpr char kInsecure[] = "insecure.example";

  GateFixture() {
    for (const char* name : {kSecure, kInsecure}) {
      dns_.AddForward(name, "127.0.0.1");
    }
    dns_.AddForward("denied.example", "192.0.2.66");
    Hold(WhitelistPolicy(7, {kSecure}, {kInsecure}));
    pdp_.AnswerBy([this](const PdpQuestion& question) {
      return IssueByPolicy(*holder_.Current(), question);
    });
    options_.listen = ParseGateListen("127.0.0.1:0").value();
  }
  ~GateFixture() override {
    if (gate_ != nullptr) gate_->Stop(absl::InfinitePast());
    authorizer_.Close();
  }

  void Hold(const pullgate::sync::v1::EffectivePolicy& policy,
            absl::Duration lease = absl::Minutes(10)) {
    ASSERT_TRUE(holder_.Replace(Activate(policy)).ok());
    holder_.GrantLease({policy.revision(), wall_.Now(), boot_.Now(), lease});
  }

  // With `options_`.
  void Open() {
    auto gate =
        Gate::Start(options_, {&authorizer_, &holder_, &chooser_, &spool_,
                               &log_, &metrics_, &wall_, &boot_});
    ASSERT_TRUE(gate.ok()) << gate.status();
    gate_ = *std::move(gate);
  }

  TcpPeer Client() const { return TcpPeer::ConnectTo(gate_->listen().port); }
  // "secure.example:port" of the test's registry.
  std::string At(const std::string& host) const {
    return absl::StrCat(host, ":", registry_.port());
  }
  static std::string ConnectText(const std::string& authority) {
    return absl::StrCat("CONNECT ", authority, " HTTP/1.1\r\nHost: ", authority,
                        "\r\n\r\n");
  }
  // The answer's header.
  static std::string Ask(TcpPeer& client, const std::string& text) {
    client.Send(text);
    return client.ReadUntil("\r\n\r\n");
  }
  // A tunnel in which the hello has gone through.
  struct Tunnel {
    TcpPeer client;
    TcpPeer registry;
  };
  Tunnel OpenTunnel(const std::string& host = kSecure) {
    Tunnel tunnel = {Client(), TcpPeer()};
    const std::string answer = Ask(tunnel.client, ConnectText(At(host)));
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 200") << answer;
    const std::string hello = ClientHelloFor(host);
    tunnel.client.Send(hello);
    tunnel.registry = registry_.Accept();
    EXPECT_EQ(tunnel.registry.Read(hello.size()), hello);
    return tunnel;
  }

  // The early ends that were recorded, after waiting for `count` of them.
  std::vector<pullgate::audit::v1::AuditEvent> AwaitEarlyEnds(size_t count) {
    std::vector<pullgate::audit::v1::AuditEvent> ends;
    const absl::Time late = wall_.Now() + absl::Seconds(10);
    do {
      ends.clear();
      int64_t seen = 0;
      for (const auto& event : spool_.events()) {
        ++seen;
        if (event.has_closed_tunnel()) ends.push_back(event);
      }
      if (ends.size() < count) {
        spool_.WaitForEvent(seen, wall_.Now() + absl::Milliseconds(100));
      }
    } while (ends.size() < count && wall_.Now() < late);
    EXPECT_EQ(ends.size(), count);
    return ends;
  }

  GateOptions options_;
  SystemClock wall_;
  BootClock boot_;
  FakeHostResolver dns_;
  FakePdpClient pdp_;
  FakeRegistryVerifier verifier_;
  SchemeChooser chooser_{&verifier_};
  PolicyHolder holder_{&wall_, &boot_};
  DecisionCache decisions_{&boot_, 100};
  VerdictCache verdicts_{&boot_, 100, absl::Seconds(30)};
  Decider decider_{VchId::Parse(kTestVch).value(),
                   &pdp_,
                   &decisions_,
                   &holder_,
                   &wall_,
                   &boot_,
                   DeciderOptions()};
  VerdictFinder finder_{
      &dns_,      &decider_, &holder_, &chooser_,
      &verdicts_, &wall_,    &boot_,   VerdictFinderOptions()};
  FakeSpool spool_;
  NullObserver observer_;
  FakeLogSink log_lines_;
  Logger log_{&log_lines_, &wall_};
  Metrics metrics_;
  PullAuthorizer authorizer_{&finder_, &holder_, &spool_, &observer_,
                             &wall_,   &boot_,   64};
  TcpListener registry_;
  std::unique_ptr<Gate> gate_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_GATE_GATE_FIXTURE_H_
