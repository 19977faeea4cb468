// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/tail_hub.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {
namespace {

// Between looks at a ledger that cannot be read.
constexpr absl::Duration kPause = absl::Seconds(1);

}  // namespace

TailHub::TailHub(AuditLedger* ledger, int max_followers)
    : ledger_(ledger),
      max_followers_(static_cast<size_t>(std::max(max_followers, 0))),
      watcher_([this] { WatchLedger(); }),
      feeder_([this] { FeedFollowers(); }) {}

TailHub::~TailHub() { Stop(); }

absl::StatusOr<TailHub::FollowerId> TailHub::Add(Feed feed) {
  MutexLock lock(&mu_);
  if (followers_.size() >= max_followers_) {
    return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                          followers_.size(),
                          " callers follow the ledger already, and no more are "
                          "allowed; use ListEvents, or try again later")),
                      "TOO_MANY_STREAMS");
  }
  const FollowerId id = next_id_++;
  followers_[id].feed = std::make_shared<const Feed>(std::move(feed));
  to_feed_.insert(id);
  changed_.NotifyAll();
  return id;
}

void TailHub::Remove(FollowerId id) {
  MutexLock lock(&mu_);
  followers_.erase(id);
  to_feed_.erase(id);
  at_end_.erase(id);
}

void TailHub::Hungry(FollowerId id) {
  MutexLock lock(&mu_);
  // One that waits at the end has been fed all there is.
  if (followers_.count(id) == 0 || at_end_.count(id) > 0) return;
  to_feed_.insert(id);
  changed_.NotifyAll();
}

void TailHub::Stop() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  ledger_->Close();
  if (watcher_.joinable()) watcher_.join();
  if (feeder_.joinable()) feeder_.join();
}

void TailHub::WatchLedger() {
  int64_t known = 0;
  do {
    const absl::StatusOr<int64_t> last = ledger_->LastPosition();
    if (last.ok()) known = *last;
    if (!LedgerGrewTo(known)) return;
    if (!last.ok()) {
      MutexLock lock(&mu_);
      if (!stopped_) changed_.WaitFor(&mu_, kPause);
      continue;
    }
    ledger_->WaitForEvent(known, absl::InfiniteFuture());
  } while (true);
}

bool TailHub::LedgerGrewTo(int64_t position) {
  MutexLock lock(&mu_);
  if (stopped_) return false;
  if (position > end_) {
    end_ = position;
    to_feed_.insert(at_end_.begin(), at_end_.end());
    at_end_.clear();
    changed_.NotifyAll();
  }
  return true;
}

void TailHub::FeedFollowers() {
  while (true) {
    const Task task = NextTask();
    if (task.feed == nullptr) return;
    Fed(task.id, (*task.feed)());
  }
}

TailHub::Task TailHub::NextTask() {
  MutexLock lock(&mu_);
  while (to_feed_.empty() && !stopped_) changed_.Wait(&mu_);
  if (stopped_) return {0, nullptr};
  const FollowerId id = *to_feed_.begin();
  to_feed_.erase(to_feed_.begin());
  return {id, followers_.at(id).feed};
}

void TailHub::Fed(FollowerId id, const absl::StatusOr<Progress>& progress) {
  MutexLock lock(&mu_);
  const auto follower = followers_.find(id);
  if (follower == followers_.end() || !progress.ok()) return;
  follower->second.position = progress->position;
  if (progress->busy) return;  // it will say when it is hungry again
  if (progress->position < end_) {
    to_feed_.insert(id);
  } else {
    at_end_.insert(id);
  }
}

}  // namespace pullgate::pdp
