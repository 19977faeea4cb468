// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/sync_hub.h"

#include <map>
#include <optional>
#include <string>
#include <thread>

#include "common/sync/mutex.h"
#include "gtest/gtest.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

// Counts refreshes by name.
class Counts {
 public:
  SyncHub::Refresh Refresh(const std::string& name) {
    return [this, name] {
      MutexLock lock(&mu_);
      ++counts_[name];
      changed_.NotifyAll();
    };
  }
  void Await(const std::string& name, int count) {
    MutexLock lock(&mu_);
    while (counts_[name] < count) changed_.Wait(&mu_);
  }
  int Of(const std::string& name) {
    MutexLock lock(&mu_);
    return counts_[name];
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::map<std::string, int> counts_ ABSL_GUARDED_BY(mu_);
};

TEST(SyncHubTest, RefreshesTheStreamsOfTheVchThatChanged) {
  Counts counts;
  SyncHub hub;
  hub.Add(Vch("a"), counts.Refresh("a1"));
  hub.Add(Vch("b"), counts.Refresh("b"));
  hub.Add(Vch("a"), counts.Refresh("a2"));
  hub.Changed(Vch("a"));
  counts.Await("a1", 1);
  counts.Await("a2", 1);
  EXPECT_EQ(counts.Of("b"), 0);
  hub.Changed(std::nullopt);
  counts.Await("b", 1);
  counts.Await("a1", 2);
  counts.Await("a2", 2);
}

TEST(SyncHubTest, ManyChangesBecomeFewRefreshes) {
  Mutex mu;
  CondVar changed;
  bool open = false;
  int refreshes = 0;
  {
    SyncHub hub;
    hub.Add(Vch("a"), [&] {
      MutexLock lock(&mu);
      ++refreshes;
      changed.NotifyAll();
      while (!open) changed.Wait(&mu);
    });
    hub.Changed(Vch("a"));
    {
      MutexLock lock(&mu);
      while (refreshes == 0) changed.Wait(&mu);
    }
    for (int i = 0; i < 1000; ++i) hub.Changed(Vch("a"));
    MutexLock lock(&mu);
    open = true;
    changed.NotifyAll();
    while (refreshes < 2) changed.Wait(&mu);
  }
  EXPECT_EQ(refreshes, 2);
}

TEST(SyncHubTest, ForgetsAStreamThatEnded) {
  Counts counts;
  SyncHub hub;
  const auto gone = hub.Add(Vch("a"), counts.Refresh("gone"));
  hub.Add(Vch("a"), counts.Refresh("here"));
  hub.Remove(gone);
  hub.Remove(gone);
  hub.Changed(Vch("a"));
  counts.Await("here", 1);
  EXPECT_EQ(counts.Of("gone"), 0);
}

TEST(SyncHubTest, StreamsComeAndGoWhilePoliciesChange) {
  Counts counts;
  SyncHub hub;
  std::thread changes([&hub] {
    for (int i = 0; i < 500; ++i) hub.Changed(Vch("a"));
  });
  for (int i = 0; i < 200; ++i) {
    hub.Remove(hub.Add(Vch("a"), counts.Refresh("brief")));
  }
  changes.join();
  hub.Stop();
  hub.Stop();
}

}  // namespace
}  // namespace pullgate::pdp
