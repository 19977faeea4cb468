// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/fake_dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

constexpr size_t kMaxUdpReply = 512;  // RFC 1035 §2.3.4
constexpr int kMaxAliasesFollowed = 64;
constexpr size_t kMaxSeen = 4096;

void DieUnless(bool condition, const char* what) {
  if (condition) return;
  std::perror(what);
  std::abort();
}

int BoundSocket(int type, uint16_t port) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  DieUnless(fd >= 0, "socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

uint16_t PortOf(int fd) {
  sockaddr_in address = {};
  socklen_t size = sizeof(address);
  DieUnless(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0,
            "getsockname");
  return ntohs(address.sin_port);
}

bool IsForgery(DnsTrick trick) {
  return trick == DnsTrick::kForgedIdFirst ||
         trick == DnsTrick::kForgedSourceFirst ||
         trick == DnsTrick::kForgedQuestionFirst ||
         trick == DnsTrick::kForgedCaseFirst ||
         trick == DnsTrick::kEmptyDatagramFirst;
}

bool SaysTruncated(DnsTrick trick) {
  return trick == DnsTrick::kTruncated || trick == DnsTrick::kTruncatedAlways ||
         trick == DnsTrick::kHangUp;
}

std::string InOtherCase(std::string text) {
  for (char& c : text) {
    c = absl::ascii_isupper(c) ? absl::ascii_tolower(c)
                               : absl::ascii_toupper(c);
  }
  return text;
}

// Answers that are wrong as bytes or as records; `message` is the true one.
std::string BadAnswer(DnsTrick trick, DnsMessage message) {
  const std::string name = message.name;
  switch (trick) {
    case DnsTrick::kServfail:
      return EmptyReply(message, kDnsServfail).Encode();
    case DnsTrick::kRefused:
      return EmptyReply(message, kDnsRefused).Encode();
    case DnsTrick::kTruncatedAlways:
      message.flags |= kDnsTruncated;
      return message.Encode();
    case DnsTrick::kOtherOwner:
      for (DnsRecord& record : message.answers) record.owner = "other.example";
      return message.Encode();
    case DnsTrick::kAliasLoop:
      message.answers = {CnameRecord(name, "a.loop.example"),
                         CnameRecord("a.loop.example", "b.loop.example"),
                         CnameRecord("b.loop.example", name)};
      return message.Encode();
    case DnsTrick::kCompressionLoop: {
      message.answers = {};
      std::string bytes = message.Encode();
      bytes[7] = 1;  // one answer, whose owner points to itself
      const auto here = static_cast<uint16_t>(bytes.size());
      return absl::StrCat(bytes, DnsU16(0xc000 | here), DnsU16(message.type),
                          DnsU16(1), DnsU32(60), DnsU16(0));
    }
    case DnsTrick::kCaseNotKept:
      message.spelling = name;
      return message.Encode();
    case DnsTrick::kCutShort: {
      const std::string bytes = message.Encode();
      return bytes.substr(0, bytes.size() - 3);
    }
    case DnsTrick::kGarbage: {
      std::string bytes = EmptyReply(message).Encode();
      bytes[6] = bytes[7] = '\xff';  // 65535 answers follow
      return bytes + std::string(300, '\xbf');
    }
    default:
      return message.Encode();
  }
}

}  // namespace

FakeDnsServer::FakeDnsServer() {
  // The same port for both, so try until one is free in both.
  for (int i = 0; i < 100 && tcp_ < 0; ++i) {
    if (udp_ >= 0) close(udp_);
    udp_ = BoundSocket(SOCK_DGRAM, 0);
    DieUnless(udp_ >= 0, "bind");
    port_ = PortOf(udp_);
    tcp_ = BoundSocket(SOCK_STREAM, port_);
  }
  DieUnless(tcp_ >= 0 && listen(tcp_, 16) == 0, "listen");
  udp_elsewhere_ = BoundSocket(SOCK_DGRAM, 0);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  DieUnless(udp_elsewhere_ >= 0 && wake_ >= 0, "eventfd");
  thread_ = std::thread([this] { Run(); });
}

FakeDnsServer::~FakeDnsServer() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
  }
  Wake();
  thread_.join();
  for (const int fd : {udp_, udp_elsewhere_, tcp_, wake_}) close(fd);
}

void FakeDnsServer::Add(DnsRecord record) {
  MutexLock lock(&mu_);
  record.owner = absl::AsciiStrToLower(record.owner);
  zone_.push_back(std::move(record));
}

void FakeDnsServer::Remove(absl::string_view owner) {
  MutexLock lock(&mu_);
  zone_.erase(std::remove_if(zone_.begin(), zone_.end(),
                             [owner](const DnsRecord& record) {
                               return record.owner == owner;
                             }),
              zone_.end());
}

void FakeDnsServer::Rebind(absl::string_view name,
                           std::vector<std::string> addresses) {
  MutexLock lock(&mu_);
  rebound_[std::string(name)] = {addresses.begin(), addresses.end()};
}

void FakeDnsServer::RebindFor(const DnsMessage& query) {
  const auto found = rebound_.find(query.name);
  if (found == rebound_.end() || query.type != kDnsA || found->second.empty()) {
    return;
  }
  zone_.erase(std::remove_if(zone_.begin(), zone_.end(),
                             [&](const DnsRecord& record) {
                               return record.owner == query.name;
                             }),
              zone_.end());
  zone_.push_back(AddressRecord(query.name, found->second.front(), /*ttl=*/0));
  found->second.pop_front();
}

void FakeDnsServer::SetNegativeTtl(uint32_t seconds) {
  MutexLock lock(&mu_);
  negative_ttl_ = seconds;
}

void FakeDnsServer::Play(absl::string_view name, DnsTrick trick) {
  MutexLock lock(&mu_);
  tricks_[std::string(name)] = trick;
}

void FakeDnsServer::PlayFor(absl::string_view name, uint16_t type,
                            DnsTrick trick) {
  MutexLock lock(&mu_);
  tricks_[absl::StrCat(name, " ", type)] = trick;
}

void FakeDnsServer::Release() {
  std::vector<Held> held;
  {
    MutexLock lock(&mu_);
    held.swap(held_);
    for (auto& [name, trick] : tricks_) {
      if (trick == DnsTrick::kHeld) trick = DnsTrick::kNone;
    }
  }
  for (const Held& reply : held) SendTo(udp_, reply);
}

int FakeDnsServer::udp_queries(absl::string_view name) const {
  MutexLock lock(&mu_);
  const auto found = udp_queries_.find(std::string(name));
  return found == udp_queries_.end() ? 0 : found->second;
}

int FakeDnsServer::tcp_queries(absl::string_view name) const {
  MutexLock lock(&mu_);
  const auto found = tcp_queries_.find(std::string(name));
  return found == tcp_queries_.end() ? 0 : found->second;
}

int FakeDnsServer::all_queries() const {
  MutexLock lock(&mu_);
  int all = 0;
  for (const auto& [name, count] : udp_queries_) all += count;
  for (const auto& [name, count] : tcp_queries_) all += count;
  return all;
}

std::vector<SeenDnsQuery> FakeDnsServer::seen() const {
  MutexLock lock(&mu_);
  return seen_;
}

void FakeDnsServer::AwaitQueries(absl::string_view name, int count) {
  MutexLock lock(&mu_);
  const std::string key(name);
  while (udp_queries_[key] + tcp_queries_[key] < count) counted_.Wait(&mu_);
}

void FakeDnsServer::Count(const std::string& name, bool tcp) {
  MutexLock lock(&mu_);
  ++(tcp ? tcp_queries_ : udp_queries_)[name];
  counted_.NotifyAll();
}

DnsTrick FakeDnsServer::TrickFor(const DnsMessage& query) {
  MutexLock lock(&mu_);
  const std::string exact = absl::StrCat(query.name, " ", query.type);
  for (const std::string& key : {exact, query.name, std::string()}) {
    if (const auto found = tricks_.find(key); found != tricks_.end()) {
      return found->second;
    }
  }
  return DnsTrick::kNone;
}

DnsMessage FakeDnsServer::TrueAnswer(const DnsMessage& query) {
  MutexLock lock(&mu_);
  RebindFor(query);
  DnsMessage answer = EmptyReply(query);
  std::string owner = query.name;
  bool exists = false;
  bool answered = false;
  for (int i = 0; i < kMaxAliasesFollowed; ++i) {
    const DnsRecord* alias = nullptr;
    exists = false;
    for (const DnsRecord& record : zone_) {
      if (record.owner != owner) continue;
      exists = true;
      if (record.type == query.type) {
        answer.answers.push_back(record);
        answered = true;
      } else if (record.type == kDnsCname) {
        alias = &record;
      }
    }
    if (alias == nullptr) break;
    answer.answers.push_back(*alias);
    owner = DnsDottedName(alias->data);
  }
  if (!exists) answer.flags |= kDnsNxdomain;
  if (!answered && negative_ttl_.has_value()) {
    answer.authority = {SoaRecord("", *negative_ttl_, *negative_ttl_)};
  }
  return answer;
}

void FakeDnsServer::SendTo(int socket, const Held& reply) {
  (void)sendto(socket, reply.bytes.data(), reply.bytes.size(), 0,
               reinterpret_cast<const sockaddr*>(&reply.peer), reply.peer_size);
}

void FakeDnsServer::Wake() const {
  const uint64_t one = 1;
  (void)!write(wake_, &one, sizeof(one));
}

void FakeDnsServer::SendForged(DnsMessage query, DnsTrick trick, Held reply) {
  if (trick == DnsTrick::kEmptyDatagramFirst) return SendTo(udp_, reply);
  if (trick == DnsTrick::kForgedIdFirst) query.id = ~query.id & 0xffff;
  if (trick == DnsTrick::kForgedQuestionFirst) {
    query.name = query.spelling = "other.example";
  }
  if (trick == DnsTrick::kForgedCaseFirst) {
    query.spelling = InOtherCase(query.spelling);
  }
  DnsMessage lie = EmptyReply(query);
  lie.answers = {AddressRecord(lie.name, kForgedAddress)};
  reply.bytes = lie.Encode();
  const bool elsewhere = trick == DnsTrick::kForgedSourceFirst;
  SendTo(elsewhere ? udp_elsewhere_ : udp_, reply);
}

void FakeDnsServer::AnswerDatagram(const DnsMessage& query, DnsTrick trick,
                                   Held reply) {
  if (trick == DnsTrick::kSilent) return;
  if (IsForgery(trick)) SendForged(query, trick, reply);
  reply.bytes = BadAnswer(trick, TrueAnswer(query));
  if (SaysTruncated(trick) || reply.bytes.size() > kMaxUdpReply) {
    reply.bytes = EmptyReply(query, kDnsTruncated).Encode();
  }
  if (trick == DnsTrick::kOversized) reply.bytes.resize(60'000, '\x01');
  if (trick == DnsTrick::kHeld) {
    MutexLock lock(&mu_);
    held_.push_back(std::move(reply));
    return;
  }
  SendTo(udp_, reply);
}

void FakeDnsServer::OnDatagram() {
  char buffer[4096];
  Held reply = {};
  reply.peer_size = sizeof(reply.peer);
  const ssize_t size =
      recvfrom(udp_, buffer, sizeof(buffer), MSG_DONTWAIT,
               reinterpret_cast<sockaddr*>(&reply.peer), &reply.peer_size);
  if (size < 0) return;
  const std::optional<DnsMessage> query =
      ReadDnsQuery(absl::string_view(buffer, size));
  if (!query.has_value()) return;
  {
    MutexLock lock(&mu_);
    const auto* const peer = reinterpret_cast<const sockaddr_in*>(&reply.peer);
    if (seen_.size() < kMaxSeen) {
      seen_.push_back({query->id, ntohs(peer->sin_port), query->spelling});
    }
  }
  AnswerDatagram(*query, TrickFor(*query), reply);
  // Afterwards, so that who awaits a held query can release it.
  Count(query->name, /*tcp=*/false);
}

bool FakeDnsServer::OnStream(Connection& connection) {
  char buffer[4096];
  const ssize_t size =
      recv(connection.socket, buffer, sizeof(buffer), MSG_DONTWAIT);
  if (size <= 0) return false;
  std::string& received = connection.received;
  received.append(buffer, size);
  while (received.size() >= 2) {
    const size_t length = static_cast<uint8_t>(received[0]) << 8 |
                          static_cast<uint8_t>(received[1]);
    if (received.size() < 2 + length) break;
    const std::optional<DnsMessage> query =
        ReadDnsQuery(absl::string_view(received).substr(2, length));
    received.erase(0, 2 + length);
    if (!query.has_value()) return false;
    Count(query->name, /*tcp=*/true);
    const DnsTrick trick = TrickFor(*query);
    if (trick == DnsTrick::kHangUp) return false;
    const std::string reply = BadAnswer(trick, TrueAnswer(*query));
    const std::string framed =
        DnsU16(static_cast<uint16_t>(reply.size())) + reply;
    if (send(connection.socket, framed.data(), framed.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(framed.size())) {
      return false;
    }
  }
  return true;
}

void FakeDnsServer::Run() {
  std::vector<Connection> connections;
  while (true) {
    std::vector<pollfd> fds = {
        {wake_, POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    for (const Connection& c : connections)
      fds.push_back({c.socket, POLLIN, 0});
    (void)poll(fds.data(), fds.size(), -1);
    {
      MutexLock lock(&mu_);
      if (stopped_) break;
    }
    if (fds[1].revents != 0) OnDatagram();
    for (size_t i = connections.size(); i-- > 0;) {
      if (fds[3 + i].revents == 0 || OnStream(connections[i])) continue;
      close(connections[i].socket);
      connections.erase(connections.begin() + i);
    }
    if (fds[2].revents != 0) {
      const int accepted = accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted >= 0) connections.push_back({accepted, ""});
    }
  }
  for (const Connection& connection : connections) close(connection.socket);
}

}  // namespace pullgate
