// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_CONNECTION_BOOK_H_
#define PULLGATE_AGENT_GATE_CONNECTION_BOOK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "agent/gate/open_pull.h"
#include "common/net/ip_address.h"
#include "common/sync/mutex.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// Why a pull is ended early, as its event will say.
struct EarlyEnd {
  pullgate::audit::v1::ClosedTunnel::Cause cause;
  std::string detail;  // one sentence
};

// A client's connection, as those see it who end connections. Any thread may
// call; nothing waits.
class GateConnection {
 public:
  virtual ~GateConnection() = default;

  // Ends the pull that goes through it now, if it is `pull`, and the
  // connection with it.
  virtual void EndPull(const OpenPull* pull, const EarlyEnd& end) = 0;
  // Ends as soon as nothing is under way.
  virtual void Drain() = 0;
  // Ends.
  virtual void Abort() = 0;
};

// All connections of the gate's clients: counts and bounds them, and knows
// whose pulls go through which. Thread-safe.
class ConnectionBook {
 public:
  // A place in the book, for as long as it lives.
  class Ticket {
   public:
    Ticket(ConnectionBook* book, uint64_t id, const IpAddress& client)
        : book_(book), id_(id), client_(client) {}
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    const IpAddress& client() const { return client_; }

   private:
    friend class ConnectionBook;
    ConnectionBook* const book_;
    const uint64_t id_;
    const IpAddress client_;
  };

  struct Pull {
    std::shared_ptr<GateConnection> connection;  // never null
    std::shared_ptr<const OpenPull> pull;        // never null
  };

  ConnectionBook(size_t max, size_t max_per_client)
      : max_(max), max_per_client_(max_per_client) {}

  // Null: there are too many.
  std::unique_ptr<Ticket> Admit(const IpAddress& client)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Who holds the ticket now.
  void Enter(const Ticket& ticket, std::weak_ptr<GateConnection> connection,
             bool tunnel) ABSL_LOCKS_EXCLUDED(mu_);
  // What goes through it now; null for nothing.
  void SetPull(const Ticket& ticket, std::shared_ptr<const OpenPull> pull)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Its client has said all: nobody asks because of it any more.
  void ClientIsDone(const Ticket& ticket) ABSL_LOCKS_EXCLUDED(mu_);

  // The registry through whose connection bytes of this client moved last,
  // `since` then; "" if there is none. The connection may be closed by now:
  // some clients open one for each request.
  std::string LastRegistryOf(const IpAddress& client, absl::Time since,
                             absl::Time closed_since) const
      ABSL_LOCKS_EXCLUDED(mu_);

  std::vector<Pull> pulls() const ABSL_LOCKS_EXCLUDED(mu_);
  // How many pulls there have ever been: whether pulls() has new ones.
  uint64_t pulls_ever() const { return pulls_ever_.load(); }
  std::vector<std::shared_ptr<GateConnection>> connections() const
      ABSL_LOCKS_EXCLUDED(mu_);
  size_t size() const ABSL_LOCKS_EXCLUDED(mu_);
  size_t tunnels() const ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until the book is empty, or `timeout`. True: it is.
  bool AwaitEmpty(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Entry {
    IpAddress client;
    std::weak_ptr<GateConnection> connection;
    std::shared_ptr<const OpenPull> pull;
    bool tunnel = false;
    bool client_is_done = false;
  };

  void Leave(const Ticket& ticket) ABSL_LOCKS_EXCLUDED(mu_);
  // What went through a connection of `client`, and goes no more.
  void Remember(const IpAddress& client, const OpenPull* pull)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  struct Remembered {
    std::string host;
    absl::Time last_active;
  };

  std::atomic<uint64_t> pulls_ever_{0};
  const size_t max_;
  const size_t max_per_client_;
  mutable Mutex mu_;
  CondVar emptied_;
  uint64_t last_id_ ABSL_GUARDED_BY(mu_) = 0;
  size_t tunnels_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<uint64_t, Entry> entries_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<IpAddress, size_t> of_client_ ABSL_GUARDED_BY(mu_);
  // Of each client, the last pull that ended; of the first so many clients.
  absl::flat_hash_map<IpAddress, Remembered> remembered_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_CONNECTION_BOOK_H_
