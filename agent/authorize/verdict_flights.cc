// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_flights.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate::agent {
namespace {

absl::Status ShuttingDown() {
  return WithReason(absl::UnavailableError("the agent is shutting down"),
                    "SHUTTING_DOWN");
}

}  // namespace

size_t VerdictFlights::KeyHash::operator()(const Key& key) const {
  return absl::HashOf(std::get<0>(key), std::get<1>(key), std::get<2>(key),
                      std::get<3>(key));
}

VerdictFlights::VerdictFlights(VerdictFinder* finder, PolicyHolder* holder,
                               int max_concurrent)
    : finder_(finder),
      holder_(holder),
      max_concurrent_(static_cast<size_t>(std::max(1, max_concurrent))),
      workers_(max_concurrent, max_concurrent_) {}

VerdictFlights::~VerdictFlights() { Close(); }

void VerdictFlights::Close() { workers_.Shutdown(); }

void VerdictFlights::Find(const RegistryAddress& registry,
                          const Landing& landing, Expect expect) {
  Board(/*probe=*/0, registry, expect, landing);
}

void VerdictFlights::Probe(const RegistryAddress& registry,
                           const Landing& landing) {
  uint64_t probe = 0;
  {
    MutexLock lock(&mu_);
    probe = ++probes_;
  }
  Board(probe, registry, Expect::kRegistry, landing);
}

void VerdictFlights::Board(uint64_t probe, const RegistryAddress& registry,
                           Expect expect, const Landing& landing) {
  const Key key(registry, holder_->latest_revision(), expect, probe);
  absl::Status room;
  {
    MutexLock lock(&mu_);
    room = CheckRoom();
    if (room.ok()) {
      std::vector<Landing>& flight = flights_[key];
      flight.push_back(landing);
      ++aboard_;
      if (flight.size() > 1) return;
    }
  }
  if (!room.ok()) return landing(room);
  const absl::Status posted = workers_.Post([this, key] { Fly(key); });
  if (!posted.ok()) Land(key, posted);
}

void VerdictFlights::Fly(const Key& key) {
  const RegistryAddress& registry = std::get<0>(key);
  const bool is_probe = std::get<3>(key) != 0;
  // Closed when all have landed: nobody waits for that.
  std::shared_ptr<void> connection;
  Land(key, is_probe ? finder_->Probe(registry)
                     : finder_->Find(registry, std::get<2>(key), &connection));
}

void VerdictFlights::Land(const Key& key,
                          const absl::StatusOr<Verdict>& verdict) {
  std::vector<Landing> landings;
  {
    MutexLock lock(&mu_);
    const auto flight = flights_.find(key);
    if (flight == flights_.end()) return;
    landings = std::move(flight->second);
    flights_.erase(flight);
    aboard_ -= landings.size();
    ++landing_;
  }
  for (const Landing& landing : landings) landing(verdict);
  MutexLock lock(&mu_);
  --landing_;
  changed_.NotifyAll();
}

void VerdictFlights::Drain(absl::Time deadline) {
  std::vector<Key> late;
  {
    MutexLock lock(&mu_);
    draining_ = true;
    while (aboard_ + landing_ > 0 && changed_.WaitUntil(&mu_, deadline)) {
    }
    for (const auto& [key, flight] : flights_) late.push_back(key);
  }
  for (const Key& key : late) Land(key, ShuttingDown());
}

absl::Status VerdictFlights::CheckRoom() const {
  if (draining_) return ShuttingDown();
  if (aboard_ < max_concurrent_) return absl::OkStatus();
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "more than ", max_concurrent_,
          " questions at once (max_concurrent_pulls); ask again later")),
      "OVERLOADED");
}

}  // namespace pullgate::agent
