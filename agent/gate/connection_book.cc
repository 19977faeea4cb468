// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/connection_book.h"

#include <cstddef>
#include <utility>

namespace pullgate::agent {
namespace {

constexpr size_t kMaxRemembered = 1024;

}  // namespace

ConnectionBook::Ticket::~Ticket() { book_->Leave(*this); }

std::unique_ptr<ConnectionBook::Ticket> ConnectionBook::Admit(
    const IpAddress& client) {
  MutexLock lock(&mu_);
  if (entries_.size() >= max_) return nullptr;
  size_t& of_client = of_client_[client];
  if (of_client >= max_per_client_) return nullptr;
  ++of_client;
  entries_[++last_id_].client = client;
  return std::make_unique<Ticket>(this, last_id_, client);
}

void ConnectionBook::Enter(const Ticket& ticket,
                           std::weak_ptr<GateConnection> connection,
                           bool tunnel) {
  MutexLock lock(&mu_);
  Entry& entry = entries_[ticket.id_];
  entry.connection = std::move(connection);
  if (tunnel && !entry.tunnel) ++tunnels_;
  entry.tunnel = tunnel;
}

void ConnectionBook::SetPull(const Ticket& ticket,
                             std::shared_ptr<const OpenPull> pull) {
  MutexLock lock(&mu_);
  pulls_ever_.fetch_add(1);
  Entry& entry = entries_[ticket.id_];
  entry.pull.swap(pull);
  Remember(entry.client, pull.get());
}

void ConnectionBook::ClientIsDone(const Ticket& ticket) {
  MutexLock lock(&mu_);
  entries_[ticket.id_].client_is_done = true;
}

void ConnectionBook::Leave(const Ticket& ticket) {
  Entry entry;  // goes without the lock
  MutexLock lock(&mu_);
  const auto found = entries_.find(ticket.id_);
  entry = std::move(found->second);
  Remember(entry.client, entry.pull.get());
  if (entry.tunnel) --tunnels_;
  entries_.erase(found);
  const auto of_client = of_client_.find(ticket.client_);
  if (--of_client->second == 0) of_client_.erase(of_client);
  if (entries_.empty()) emptied_.NotifyAll();
}

void ConnectionBook::Remember(const IpAddress& client, const OpenPull* pull) {
  if (pull == nullptr) return;
  // Clients are this host's own, as a rule: one or two addresses.
  if (remembered_.size() >= kMaxRemembered && !remembered_.contains(client)) {
    remembered_.clear();
  }
  Remembered& last = remembered_[client];
  if (pull->last_active() < last.last_active) return;
  last = {HostToString(pull->registry().host()), pull->last_active()};
}

std::string ConnectionBook::LastRegistryOf(const IpAddress& client,
                                           absl::Time since,
                                           absl::Time closed_since) const {
  MutexLock lock(&mu_);
  const OpenPull* last = nullptr;
  for (const auto& [id, entry] : entries_) {
    if (entry.pull == nullptr || entry.client_is_done ||
        entry.client != client) {
      continue;
    }
    if (last == nullptr || entry.pull->last_active() > last->last_active()) {
      last = entry.pull.get();
    }
  }
  const absl::Time open =
      last == nullptr ? absl::InfinitePast() : last->last_active();
  const auto closed = remembered_.find(client);
  if (closed != remembered_.end() && closed->second.last_active > open) {
    return closed->second.last_active < closed_since ? "" : closed->second.host;
  }
  return open < since ? "" : HostToString(last->registry().host());
}

std::vector<ConnectionBook::Pull> ConnectionBook::pulls() const {
  std::vector<Pull> pulls;
  MutexLock lock(&mu_);
  pulls.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) {
    if (entry.pull == nullptr) continue;
    std::shared_ptr<GateConnection> connection = entry.connection.lock();
    if (connection != nullptr) {
      pulls.push_back({std::move(connection), entry.pull});
    }
  }
  return pulls;
}

std::vector<std::shared_ptr<GateConnection>> ConnectionBook::connections()
    const {
  std::vector<std::shared_ptr<GateConnection>> connections;
  MutexLock lock(&mu_);
  connections.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) {
    std::shared_ptr<GateConnection> connection = entry.connection.lock();
    if (connection != nullptr) connections.push_back(std::move(connection));
  }
  return connections;
}

size_t ConnectionBook::size() const {
  MutexLock lock(&mu_);
  return entries_.size();
}

size_t ConnectionBook::tunnels() const {
  MutexLock lock(&mu_);
  return tunnels_;
}

bool ConnectionBook::AwaitEmpty(absl::Duration timeout) {
  MutexLock lock(&mu_);
  while (!entries_.empty()) {
    if (!emptied_.WaitFor(&mu_, timeout)) return entries_.empty();
  }
  return true;
}

}  // namespace pullgate::agent
