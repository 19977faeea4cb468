// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A DNS server on loopback, UDP and TCP, that can be as hostile as one likes.

#ifndef PULLGATE_TESTS_FAKES_FAKE_DNS_SERVER_H_
#define PULLGATE_TESTS_FAKES_FAKE_DNS_SERVER_H_

#include <sys/socket.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "common/sync/mutex.h"
#include "tests/fakes/dns_message.h"

namespace pullgate {

// What the server does when it is asked for a name, instead of answering.
enum class DnsTrick {
  kNone,
  kSilent,
  kHeld,  // answers when Release() is called; UDP only
  kServfail,
  kRefused,
  // The true answer after a forged one, which holds kForgedAddress: with
  // another transaction id, from another port, about another question, about
  // the same question in other upper and lower case.
  kForgedIdFirst,
  kForgedSourceFirst,
  kForgedQuestionFirst,
  kForgedCaseFirst,
  kEmptyDatagramFirst,
  // "Truncated" over UDP; over TCP the true answer, again "truncated", or
  // nothing but the end of the connection.
  kTruncated,
  kTruncatedAlways,
  kHangUp,
  // Bad answers, with the right id and question.
  kOtherOwner,       // the records are another name's
  kCompressionLoop,  // the answer's owner is a pointer to itself
  kAliasLoop,
  kCutShort,
  kGarbage,
  kOversized,    // a UDP datagram of 60 KB, not marked as truncated
  kCaseNotKept,  // the true answer, about the name in lower case
};

// What a forger would have to know of a query to answer it.
struct SeenDnsQuery {
  uint16_t id = 0;
  uint16_t source_port = 0;
  std::string spelling;  // of the name
};

inline constexpr char kForgedAddress[] = "203.0.113.66";

// Answers from the records it was given, CNAMEs followed; over 512 bytes, UDP
// replies are truncated. Dies when it cannot start.
//
// Thread-safe: zone and tricks may change at any time.
class FakeDnsServer {
 public:
  FakeDnsServer();
  ~FakeDnsServer();
  FakeDnsServer(const FakeDnsServer&) = delete;
  FakeDnsServer& operator=(const FakeDnsServer&) = delete;

  // At 127.0.0.1.
  uint16_t port() const { return port_; }

  void Add(DnsRecord record) ABSL_LOCKS_EXCLUDED(mu_);
  // All records of the owner.
  void Remove(absl::string_view owner) ABSL_LOCKS_EXCLUDED(mu_);
  // From now on the name has one address at a time: the first for its first A
  // query, the next for the next, and the last for good.
  void Rebind(absl::string_view name, std::vector<std::string> addresses)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Puts an SOA record with this TTL and minimum into negative answers.
  void SetNegativeTtl(uint32_t seconds) ABSL_LOCKS_EXCLUDED(mu_);
  // For one name, or for all ("").
  void Play(absl::string_view name, DnsTrick trick) ABSL_LOCKS_EXCLUDED(mu_);
  // For one name and record type; comes before what Play() said.
  void PlayFor(absl::string_view name, uint16_t type, DnsTrick trick)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Sends what was held, and holds nothing any more.
  void Release() ABSL_LOCKS_EXCLUDED(mu_);

  // Queries received for the name, of all types.
  int udp_queries(absl::string_view name) const ABSL_LOCKS_EXCLUDED(mu_);
  int tcp_queries(absl::string_view name) const ABSL_LOCKS_EXCLUDED(mu_);
  // All queries, of whatever name.
  int all_queries() const ABSL_LOCKS_EXCLUDED(mu_);
  // The first 4096 UDP queries.
  std::vector<SeenDnsQuery> seen() const ABSL_LOCKS_EXCLUDED(mu_);
  void AwaitQueries(absl::string_view name, int count) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Connection {
    int socket;
    std::string received;
  };
  struct Held {
    std::string bytes;
    sockaddr_storage peer;
    socklen_t peer_size;
  };

  void Run();
  void OnDatagram();
  // False at the end of the connection.
  bool OnStream(Connection& connection);
  void AnswerDatagram(const DnsMessage& query, DnsTrick trick, Held reply);
  void SendForged(DnsMessage query, DnsTrick trick, Held reply);
  DnsMessage TrueAnswer(const DnsMessage& query) ABSL_LOCKS_EXCLUDED(mu_);
  DnsTrick TrickFor(const DnsMessage& query) ABSL_LOCKS_EXCLUDED(mu_);
  void Count(const std::string& name, bool tcp) ABSL_LOCKS_EXCLUDED(mu_);
  void RebindFor(const DnsMessage& query) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SendTo(int socket, const Held& reply);
  void Wake() const;

  int udp_ = -1;
  int udp_elsewhere_ = -1;  // for forged sources
  int tcp_ = -1;
  int wake_ = -1;
  uint16_t port_ = 0;

  mutable Mutex mu_;
  CondVar counted_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<DnsRecord> zone_ ABSL_GUARDED_BY(mu_);
  std::optional<uint32_t> negative_ttl_ ABSL_GUARDED_BY(mu_);
  // By name, or name and type.
  std::map<std::string, DnsTrick> tricks_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int> udp_queries_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int> tcp_queries_ ABSL_GUARDED_BY(mu_);
  std::vector<Held> held_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::deque<std::string>> rebound_ ABSL_GUARDED_BY(mu_);
  std::vector<SeenDnsQuery> seen_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_FAKE_DNS_SERVER_H_
