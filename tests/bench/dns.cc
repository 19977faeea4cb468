// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// How many names are looked up in a second, on one core from the cache and
// without it through c-ares: `bazel run -c opt //tests/bench:dns`. Closes with
// lines of the form "result <name> <value> <unit>", medians over the rounds.
//
// An uncached look-up is two queries, A and AAAA, to a server of this program
// on loopback, UDP, which answers at once; 32 are under way at a time.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/dns/ares_host_resolver.h"
#include "common/dns/caching_host_resolver.h"
#include "common/time/clock.h"

namespace pullgate::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kRounds = 5;
constexpr auto kRound = std::chrono::seconds(1);
constexpr int kNames = 4096;
constexpr int kCallers = 32;

void DieUnless(bool condition, const char* what) {
  if (condition) return;
  std::perror(what);
  std::exit(EXIT_FAILURE);
}

// Says that every name has the address 192.0.2.7 and no IPv6.
class Responder {
 public:
  Responder() : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    DieUnless(bind(socket_, any, size) == 0, "bind");
    DieUnless(getsockname(socket_, any, &size) == 0, "getsockname");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~Responder() {
    stopped_ = true;
    thread_.join();
    close(socket_);
  }

  uint16_t port() const { return port_; }

 private:
  void Run() {
    while (!stopped_) {
      pollfd fd = {socket_, POLLIN, 0};
      if (poll(&fd, 1, 100) > 0) Answer();
    }
  }

  void Answer() {
    char message[512 + 16];
    sockaddr_in peer = {};
    socklen_t peer_size = sizeof(peer);
    auto* const any = reinterpret_cast<sockaddr*>(&peer);
    ssize_t size =
        recvfrom(socket_, message, 512, MSG_DONTWAIT, any, &peer_size);
    if (size < 17) return;
    const bool ipv4 = message[size - 3] == 1;  // the question's type
    message[2] = '\x81';
    message[3] = '\x80';
    if (ipv4) {
      message[7] = 1;
      constexpr char kRecord[] =
          "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x07";
      std::copy_n(kRecord, 16, message + size);
      size += 16;
    }
    (void)sendto(socket_, message, size, 0, any, peer_size);
  }

  const int socket_;
  uint16_t port_ = 0;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

std::unique_ptr<AresHostResolver> MakeResolver(uint16_t port) {
  AresResolverOptions options;
  options.servers = {{IpAddress::FromV4Bytes({127, 0, 0, 1}), port}};
  options.hosts_file = "";
  options.resolv_conf = "/dev/null";
  return AresHostResolver::Create(options).value();
}

void LookUp(HostResolver& dns, const DnsName& name) {
  const auto found = dns.Addresses(name, absl::InfiniteFuture());
  if (found.ok() && found->addresses.size() == 1) return;
  std::fprintf(stderr, "%s: %s\n", name.text().c_str(),
               found.status().ToString().c_str());
  std::exit(EXIT_FAILURE);
}

// Calls `look_up` with 0, 1, 2 ... for a round; per second.
double Loop(const std::function<void(int)>& look_up) {
  const Steady::time_point begin = Steady::now();
  int done = 0;
  while (Steady::now() < begin + kRound) {
    for (int i = 0; i < 64; ++i) look_up(done++);
  }
  return done / std::chrono::duration<double>(Steady::now() - begin).count();
}

double CachedPerSecond(HostResolver& dns, const std::vector<DnsName>& names) {
  return Loop([&](int i) { LookUp(dns, names[i % kNames]); });
}

// Every name is new to the resolver, which keeps none anyway.
double UncachedPerSecond(HostResolver& dns) {
  std::vector<double> rates(kCallers);
  std::vector<std::thread> callers;
  callers.reserve(kCallers);
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      rates[caller] = Loop([&](int i) {
        LookUp(dns, DnsName::Parse(
                        absl::StrCat("n", i, "-", caller, ".registry.example"))
                        .value());
      });
    });
  }
  double sum = 0;
  for (int i = 0; i < kCallers; ++i) {
    callers[i].join();
    sum += rates[i];
  }
  return sum;
}

double Median(const char* what, const std::function<double()>& round) {
  std::vector<double> values;
  for (int i = 0; i < kRounds; ++i) {
    values.push_back(round());
    std::printf("%-10s round %d: %.0f per second\n", what, i + 1,
                values.back());
  }
  std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
  return values[kRounds / 2];
}

void Run() {
  const Responder server;
  const SystemClock clock;
  std::vector<DnsName> names;
  for (int i = 0; i < kNames; ++i) {
    names.push_back(
        DnsName::Parse(absl::StrCat("registry", i, ".corp.example")).value());
  }
  LookupCacheOptions options;
  options.min_ttl = absl::Hours(1);
  options.max_ttl = absl::Hours(1);
  CachingHostResolver cached(MakeResolver(server.port()), &clock, options);
  for (const DnsName& name : names) LookUp(cached, name);
  const auto uncached = MakeResolver(server.port());
  const double cached_rate =
      Median("cached", [&] { return CachedPerSecond(cached, names); });
  const double uncached_rate =
      Median("uncached", [&] { return UncachedPerSecond(*uncached); });
  std::printf("result dns_cached_per_s %.4g per_s\n", cached_rate);
  std::printf("result dns_uncached_per_s %.4g per_s\n", uncached_rate);
}

}  // namespace
}  // namespace pullgate::bench

int main() { pullgate::bench::Run(); }
