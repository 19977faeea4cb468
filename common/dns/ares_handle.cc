// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/ares_handle.h"

#include <netinet/in.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::Status AresError(absl::string_view what, int code) {
  return absl::InternalError(
      absl::StrCat("c-ares: ", what, ": ", ares_strerror(code)));
}

bool LibraryReady() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == 0;
  return ready;
}

absl::Status SetServers(ares_channel channel,
                        const std::vector<DnsServer>& servers) {
  if (servers.empty()) return absl::OkStatus();
  std::vector<ares_addr_port_node> nodes(servers.size());
  for (size_t i = 0; i < servers.size(); ++i) {
    ares_addr_port_node& node = nodes[i];
    node = {};
    node.next = i + 1 < servers.size() ? &nodes[i + 1] : nullptr;
    const auto& bytes = servers[i].address.bytes();
    const bool v4 = servers[i].address.is_v4();
    node.family = v4 ? AF_INET : AF_INET6;
    std::memcpy(&node.addr, bytes.data(), v4 ? 4 : 16);
    node.udp_port = node.tcp_port = servers[i].port;
  }
  const int code = ares_set_servers_ports(channel, nodes.data());
  return code == ARES_SUCCESS ? absl::OkStatus() : AresError("servers", code);
}

// c-ares begins its rounds with the first server, and a handle does not live
// long enough to get around.
std::vector<DnsServer> ServersFor(const AresResolverOptions& options) {
  std::vector<DnsServer> servers = options.servers;
  if (options.rotate) {
    std::shuffle(servers.begin(), servers.end(), absl::InsecureBitGen());
  }
  return servers;
}

}  // namespace

// What c-ares carries from Send() to OnReply().
struct AresHandle::Call {
  AresHandle* handle;
  Done done;
};

absl::StatusOr<std::unique_ptr<AresHandle>> AresHandle::Open(
    const AresResolverOptions& options, Transport transport) {
  if (!LibraryReady()) return absl::InternalError("c-ares does not start");
  std::unique_ptr<AresHandle> handle(new AresHandle());
  std::string resolv_conf = options.resolv_conf;
  ares_options ares = {};
  // Names are always absolute: search lists are the resolver's business. No
  // EDNS: c-ares 1.18 switches it off and on again for the whole channel when a
  // server does not know it; larger answers come over TCP.
  ares.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
               (transport == Transport::kTcp ? ARES_FLAG_USEVC : 0);
  ares.timeout = static_cast<int>(
      std::max<int64_t>(1, absl::ToInt64Milliseconds(options.attempt_timeout)));
  ares.tries = std::max(1, options.attempts);
  ares.sock_state_cb = &OnSocketState;
  ares.sock_state_cb_data = handle.get();
  ares.resolvconf_path = resolv_conf.data();
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                   ARES_OPT_SOCK_STATE_CB | ARES_OPT_RESOLVCONF |
                   (options.rotate ? ARES_OPT_ROTATE : ARES_OPT_NOROTATE);
  if (const int code = ares_init_options(&handle->channel_, &ares, mask);
      code != ARES_SUCCESS) {
    handle->channel_ = nullptr;
    return AresError("channel", code);
  }
  PULLGATE_RETURN_IF_ERROR(SetServers(handle->channel_, ServersFor(options)));
  return handle;
}

AresHandle::~AresHandle() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

void AresHandle::Send(absl::string_view query, Done done) {
  ++sent_;
  ++in_flight_;
  // Freed by OnReply, which c-ares calls exactly once.
  auto* const call = new Call{this, std::move(done)};
  ares_send(channel_, reinterpret_cast<const unsigned char*>(query.data()),
            static_cast<int>(query.size()), &OnReply, call);
}

void AresHandle::OnReply(void* data, int status, int /*timeouts*/,
                         unsigned char* bytes, int size) {
  const std::unique_ptr<Call> call(static_cast<Call*>(data));
  --call->handle->in_flight_;
  absl::string_view reply;
  if (bytes != nullptr && size > 0) {
    reply = absl::string_view(reinterpret_cast<const char*>(bytes), size);
  }
  call->done(status, reply);
}

void AresHandle::OnSocketState(void* data, ares_socket_t socket, int readable,
                               int writable) {
  auto& sockets = static_cast<AresHandle*>(data)->sockets_;
  const int events = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0);
  if (events == 0) {
    sockets.erase(socket);
  } else {
    sockets[socket] = static_cast<short>(events);
  }
}

void AresHandle::AddSocketsTo(std::vector<pollfd>& fds) const {
  for (const auto& [socket, events] : sockets_) {
    fds.push_back({socket, events, 0});
  }
}

int AresHandle::TimeoutMillis() const {
  timeval storage = {};
  const timeval* left = ares_timeout(channel_, nullptr, &storage);
  if (left == nullptr) return -1;
  const int64_t millis =
      int64_t{left->tv_sec} * 1000 + (left->tv_usec + 999) / 1000;
  return static_cast<int>(
      std::clamp<int64_t>(millis, 0, std::numeric_limits<int>::max()));
}

void AresHandle::Process(const pollfd& fd) {
  // Processing one socket may have closed another.
  if (fd.revents == 0 || !sockets_.contains(fd.fd)) return;
  const bool broken = (fd.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  ares_process_fd(channel_,
                  broken || (fd.revents & POLLIN) ? fd.fd : ARES_SOCKET_BAD,
                  fd.revents & POLLOUT ? fd.fd : ARES_SOCKET_BAD);
}

void AresHandle::ProcessTimeouts() {
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

absl::StatusOr<std::vector<DnsName>> AresHandle::Search() const {
  ares_options options = {};
  int mask = 0;
  if (const int code = ares_save_options(channel_, &options, &mask);
      code != ARES_SUCCESS) {
    return AresError("options", code);
  }
  std::vector<DnsName> search;
  for (int i = 0; i < options.ndomains; ++i) {
    absl::StatusOr<DnsName> domain = DnsName::Parse(options.domains[i]);
    if (domain.ok()) search.push_back(*std::move(domain));
  }
  ares_destroy_options(&options);
  return search;
}

}  // namespace pullgate
