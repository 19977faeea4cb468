// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/fake_host_resolver.h"

#include <algorithm>
#include <utility>

namespace pullgate {

void FakeHostResolver::AddForward(absl::string_view name,
                                  absl::string_view address) {
  MutexLock lock(&mu_);
  std::vector<IpAddress>& addresses =
      forward_[DnsName::Parse(name).value().text()];
  addresses.push_back(IpAddress::Parse(address).value());
  std::sort(addresses.begin(), addresses.end());
}

void FakeHostResolver::AddReverse(absl::string_view address,
                                  absl::string_view name) {
  MutexLock lock(&mu_);
  reverse_[IpAddress::Parse(address).value()].push_back(
      DnsName::Parse(name).value());
}

void FakeHostResolver::RemoveForward(absl::string_view name) {
  MutexLock lock(&mu_);
  forward_.erase(DnsName::Parse(name).value().text());
}

void FakeHostResolver::CompleteTo(absl::string_view label,
                                  absl::string_view full) {
  MutexLock lock(&mu_);
  completions_[DnsName::Parse(label).value().text()] =
      DnsName::Parse(full).value().text();
}

void FakeHostResolver::SetTtl(absl::Duration ttl) {
  MutexLock lock(&mu_);
  ttl_ = ttl;
}

void FakeHostResolver::FailWith(absl::Status status) {
  MutexLock lock(&mu_);
  failure_ = std::move(status);
}

void FakeHostResolver::FailName(absl::string_view name, absl::Status status) {
  MutexLock lock(&mu_);
  failures_[DnsName::Parse(name).value().text()] = std::move(status);
}

void FakeHostResolver::Block() {
  MutexLock lock(&mu_);
  blocked_ = true;
}

void FakeHostResolver::Release() {
  MutexLock lock(&mu_);
  blocked_ = false;
  changed_.NotifyAll();
}

int FakeHostResolver::calls() const {
  MutexLock lock(&mu_);
  return static_cast<int>(asked_.size());
}

std::vector<std::string> FakeHostResolver::asked() const {
  MutexLock lock(&mu_);
  return asked_;
}

void FakeHostResolver::AwaitCalls(int count) {
  MutexLock lock(&mu_);
  while (static_cast<int>(asked_.size()) < count) changed_.Wait(&mu_);
}

absl::Status FakeHostResolver::Begin(std::string what, absl::Time deadline) {
  asked_.push_back(std::move(what));
  changed_.NotifyAll();
  bool in_time = true;
  while (blocked_ && in_time) in_time = changed_.WaitUntil(&mu_, deadline);
  if (blocked_) return absl::DeadlineExceededError("the fake is blocked");
  return failure_;
}

absl::StatusOr<HostAddresses> FakeHostResolver::Addresses(const DnsName& name,
                                                          absl::Time deadline) {
  MutexLock lock(&mu_);
  if (absl::Status status = Begin(name.text(), deadline); !status.ok()) {
    return status;
  }
  if (const auto failed = failures_.find(name.text());
      failed != failures_.end() && !failed->second.ok()) {
    return failed->second;
  }
  HostAddresses found;
  const auto completed = completions_.find(name.text());
  found.queried_name =
      completed == completions_.end() ? name.text() : completed->second;
  if (const auto forward = forward_.find(found.queried_name);
      forward != forward_.end()) {
    found.addresses = forward->second;
  }
  found.ttl = ttl_;
  return found;
}

absl::StatusOr<PointerNames> FakeHostResolver::Names(const IpAddress& address,
                                                     absl::Time deadline) {
  MutexLock lock(&mu_);
  if (absl::Status status = Begin(address.ToString(), deadline); !status.ok()) {
    return status;
  }
  PointerNames found;
  if (const auto reverse = reverse_.find(address); reverse != reverse_.end()) {
    found.names = reverse->second;
  }
  found.ttl = ttl_;
  return found;
}

}  // namespace pullgate
