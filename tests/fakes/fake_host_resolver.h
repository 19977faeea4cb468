// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// DNS as a test says it is.

#ifndef PULLGATE_TESTS_FAKES_FAKE_HOST_RESOLVER_H_
#define PULLGATE_TESTS_FAKES_FAKE_HOST_RESOLVER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/dns/host_resolver.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Answers from its tables; what is not in them does not exist. Names and
// addresses are given as text and must be right: the test dies otherwise.
//
// Thread-safe; everything may be changed while look-ups are blocked.
class FakeHostResolver final : public HostResolver {
 public:
  // Adds to what was there.
  void AddForward(absl::string_view name, absl::string_view address)
      ABSL_LOCKS_EXCLUDED(mu_);
  void AddReverse(absl::string_view address, absl::string_view name)
      ABSL_LOCKS_EXCLUDED(mu_);
  // The name has no addresses any more.
  void RemoveForward(absl::string_view name) ABSL_LOCKS_EXCLUDED(mu_);
  // A single label that the search list completes to `full`.
  void CompleteTo(absl::string_view label, absl::string_view full)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Of every answer; a minute at first.
  void SetTtl(absl::Duration ttl) ABSL_LOCKS_EXCLUDED(mu_);

  // From now on every look-up fails so; OK ends it.
  void FailWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_);
  // The same for the addresses of one name.
  void FailName(absl::string_view name, absl::Status status)
      ABSL_LOCKS_EXCLUDED(mu_);

  // From now on look-ups wait: for Release(), or their deadline.
  void Block() ABSL_LOCKS_EXCLUDED(mu_);
  void Release() ABSL_LOCKS_EXCLUDED(mu_);

  // Look-ups that began, blocked ones included.
  int calls() const ABSL_LOCKS_EXCLUDED(mu_);
  // What they were for, in order: "registry.example", "192.0.2.7".
  std::vector<std::string> asked() const ABSL_LOCKS_EXCLUDED(mu_);
  // Waits until `count` look-ups began.
  void AwaitCalls(int count) ABSL_LOCKS_EXCLUDED(mu_);

  absl::StatusOr<HostAddresses> Addresses(const DnsName& name,
                                          absl::Time deadline) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<PointerNames> Names(const IpAddress& address,
                                     absl::Time deadline) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::Status Begin(std::string what, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  CondVar changed_;
  bool blocked_ ABSL_GUARDED_BY(mu_) = false;
  absl::Duration ttl_ ABSL_GUARDED_BY(mu_) = absl::Minutes(1);
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, absl::Status> failures_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::vector<IpAddress>> forward_ ABSL_GUARDED_BY(mu_);
  std::map<IpAddress, std::vector<DnsName>> reverse_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::string> completions_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> asked_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_FAKE_HOST_RESOLVER_H_
