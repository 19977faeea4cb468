// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_ARES_HANDLE_H_
#define PULLGATE_COMMON_DNS_ARES_HANDLE_H_

#include <ares.h>
#include <poll.h>

#include <functional>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/dns/ares_resolver_options.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// One c-ares channel: its sockets, its servers, its queries. It asks each
// server from one UDP socket as long as any query is under way, so the source
// port changes with the handle.
//
// For one thread, which also runs its callbacks.
class AresHandle {
 public:
  enum class Transport { kUdp, kTcp };  // kUdp: TCP when a reply is truncated

  // What c-ares says in the end (ARES_*), and the reply with ARES_SUCCESS.
  using Done = std::function<void(int status, absl::string_view reply)>;

  // Uses all options but hosts file, search list and max_pending; reads
  // resolv.conf. Internal: c-ares refuses them.
  static absl::StatusOr<std::unique_ptr<AresHandle>> Open(
      const AresResolverOptions& options, Transport transport);

  // Ends what is under way: its callbacks get ARES_EDESTRUCTION.
  ~AresHandle();
  AresHandle(const AresHandle&) = delete;
  AresHandle& operator=(const AresHandle&) = delete;

  // Sends a DNS message; `done` is called once, maybe right here. Not within
  // a callback of this very handle.
  void Send(absl::string_view query, Done done);

  int sent() const { return sent_; }  // ever
  int in_flight() const { return in_flight_; }

  void AddSocketsTo(std::vector<pollfd>& fds) const;
  // For poll(), rounded up so that there is something to do when it ends; -1
  // for never.
  int TimeoutMillis() const;
  // What poll() said of a socket. One that is not this handle's is ignored.
  void Process(const pollfd& fd);
  // Retries what got no reply in time, and gives up.
  void ProcessTimeouts();

  // The search list of resolv.conf, less what is no DNS name.
  absl::StatusOr<std::vector<DnsName>> Search() const;

 private:
  struct Call;

  AresHandle() = default;
  static void OnSocketState(void* data, ares_socket_t socket, int readable,
                            int writable);
  static void OnReply(void* data, int status, int timeouts,
                      unsigned char* bytes, int size);

  ares_channel channel_ = nullptr;
  absl::flat_hash_map<ares_socket_t, short> sockets_;  // poll() events
  int sent_ = 0;
  int in_flight_ = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_ARES_HANDLE_H_
