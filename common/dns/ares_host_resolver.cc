// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/ares_host_resolver.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/dns/dns_batch.h"
#include "common/dns/dns_question.h"
#include "common/dns/dns_reply.h"
#include "common/dns/reverse_name.h"
#include "common/policy/evidence.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::Status About(absl::string_view what, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(what, ": ", status.message()));
}

absl::Status LookingUp(absl::string_view what, const absl::Status& status) {
  return About(absl::StrCat("looking up ", what), status);
}

bool IsLocalhost(const DnsName& name) {
  return name.text() == "localhost" ||
         absl::EndsWith(name.text(), ".localhost");
}

std::vector<IpAddress> Loopbacks() {
  return {
      IpAddress::FromV4Bytes({127, 0, 0, 1}),
      IpAddress::FromV6Bytes({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})};
}

// Sorts and bounds what was found.
absl::StatusOr<HostAddresses> Answer(std::vector<IpAddress> addresses,
                                     const DnsName& queried,
                                     absl::Duration ttl) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()),
                  addresses.end());
  if (addresses.size() > kMaxEvidenceAddresses) {
    return absl::UnavailableError(absl::StrCat(
        queried.text(), " has ", addresses.size(), " addresses; at most ",
        kMaxEvidenceAddresses, " can be told apart"));
  }
  return HostAddresses{std::move(addresses), queried.text(), ttl};
}

using Asked = absl::StatusOr<std::shared_ptr<DnsBatch>>;

absl::StatusOr<std::vector<std::string>> Await(const Asked& asked,
                                               absl::Time deadline) {
  if (!asked.ok()) return asked.status();
  return (*asked)->Await(deadline);
}

std::vector<DnsQuestion> QuestionsFor(const DnsName& absolute) {
  return {{absolute, DnsType::kA}, {absolute, DnsType::kAaaa}};
}

// The answer to QuestionsFor(absolute), once it is there.
absl::StatusOr<HostAddresses> ReadAddresses(const DnsName& absolute,
                                            const Asked& asked,
                                            absl::Time deadline) {
  const std::vector<DnsQuestion> questions = QuestionsFor(absolute);
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<std::string> messages,
                            Await(asked, deadline));
  std::vector<IpAddress> addresses;
  absl::Duration ttl = absl::InfiniteDuration();
  for (size_t i = 0; i < questions.size(); ++i) {
    const absl::StatusOr<DnsReply> reply =
        ParseDnsReply(questions[i], messages[i]);
    if (!reply.ok()) return About(ToString(questions[i]), reply.status());
    addresses.insert(addresses.end(), reply->addresses.begin(),
                     reply->addresses.end());
    ttl = std::min(ttl, reply->ttl);
  }
  return Answer(std::move(addresses), absolute, ttl);
}

}  // namespace

// A look-up of addresses under way.
struct AresHostResolver::Lookup {
  DnsName name;
  // Without DNS, from the hosts file; or why it cannot be read.
  std::optional<absl::StatusOr<HostAddresses>> known;
  // Else: what to try, and what came of asking for the first.
  std::vector<DnsName> candidates;
  absl::StatusOr<std::shared_ptr<DnsBatch>> first;

  // Whether the reply to what was asked is all that Finish() waits for.
  bool needs_one_reply() const { return candidates.size() == 1 && first.ok(); }
  // Whether Finish() returns at once.
  bool is_ready() const {
    return known.has_value() || (needs_one_reply() && (*first)->done());
  }
};

AresHostResolver::AresHostResolver(std::unique_ptr<AresChannel> channel,
                                   const AresResolverOptions& options)
    : channel_(std::move(channel)),
      search_(options.search.empty() ? channel_->search() : options.search),
      hosts_(options.hosts_file) {}

AresHostResolver::~AresHostResolver() {
  channel_->Stop();
  calls_.AwaitNone();
}

absl::StatusOr<std::unique_ptr<AresHostResolver>> AresHostResolver::Create(
    const AresResolverOptions& options) {
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<AresChannel> channel,
                            AresChannel::Create(options));
  return std::unique_ptr<AresHostResolver>(
      new AresHostResolver(std::move(channel), options));
}

std::vector<DnsName> AresHostResolver::Candidates(const DnsName& name) const {
  std::vector<DnsName> candidates;
  if (name.is_single_label()) {
    for (const DnsName& domain : search_) {
      absl::StatusOr<DnsName> full =
          DnsName::Parse(absl::StrCat(name.text(), ".", domain.text()));
      // Too long together: no such name can exist.
      if (full.ok()) candidates.push_back(*std::move(full));
    }
  }
  candidates.push_back(name);
  return candidates;
}

absl::StatusOr<HostAddresses> AresHostResolver::Addresses(const DnsName& name,
                                                          absl::Time deadline) {
  const ActiveCalls::Scope scope(&calls_);
  return Finish(Begin(name, nullptr), deadline);
}

void AresHostResolver::AddressesOfAll(const std::vector<DnsName>& names,
                                      absl::Time deadline, OnFound on_found) {
  const ActiveCalls::Scope scope(&calls_);
  const auto arrivals = std::make_shared<DnsArrivals>();
  std::vector<std::pair<size_t, Lookup>> waiting;
  for (size_t i = 0; i < names.size(); ++i) {
    waiting.emplace_back(i, Begin(names[i], arrivals));
  }
  for (bool in_time = true; in_time && !waiting.empty();) {
    const int64_t before = arrivals->count();
    const auto still_waiting = std::stable_partition(
        waiting.begin(), waiting.end(),
        [](const auto& each) { return !each.second.is_ready(); });
    for (auto ready = still_waiting; ready != waiting.end(); ++ready) {
      on_found(ready->first, Finish(ready->second, deadline));
    }
    waiting.erase(still_waiting, waiting.end());
    const bool any_will_be = std::any_of(
        waiting.begin(), waiting.end(),
        [](const auto& each) { return each.second.needs_one_reply(); });
    in_time = any_will_be && arrivals->AwaitMoreThan(before, deadline);
  }
  // What needs more than what was asked already, and what came too late.
  for (const auto& [i, lookup] : waiting) {
    on_found(i, Finish(lookup, deadline));
  }
}

AresHostResolver::Lookup AresHostResolver::Begin(
    const DnsName& name, std::shared_ptr<DnsArrivals> arrivals) {
  Lookup lookup{name, std::nullopt, {}, nullptr};
  absl::StatusOr<std::vector<IpAddress>> listed = hosts_.Find(name);
  if (!listed.ok()) {
    lookup.known = listed.status();
  } else if (!listed->empty()) {
    lookup.known = Answer(*std::move(listed), name, absl::ZeroDuration());
  } else if (IsLocalhost(name)) {
    lookup.known = Answer(Loopbacks(), name, absl::ZeroDuration());
  } else {
    lookup.candidates = Candidates(name);
    lookup.first = channel_->Ask(QuestionsFor(lookup.candidates.front()),
                                 std::move(arrivals));
  }
  return lookup;
}

absl::StatusOr<HostAddresses> AresHostResolver::Finish(const Lookup& lookup,
                                                       absl::Time deadline) {
  if (lookup.known.has_value()) return *lookup.known;
  const std::string& name = lookup.name.text();
  absl::Duration ttl = absl::InfiniteDuration();
  for (const DnsName& candidate : lookup.candidates) {
    // What found no room among the pending queries is tried once more.
    const bool asked =
        candidate == lookup.candidates.front() && lookup.first.ok();
    absl::StatusOr<HostAddresses> found = ReadAddresses(
        candidate,
        asked ? lookup.first : channel_->Ask(QuestionsFor(candidate)),
        deadline);
    if (!found.ok()) return LookingUp(name, found.status());
    ttl = std::min(ttl, found->ttl);
    if (found->addresses.empty()) continue;
    found->ttl = ttl;  // a negative answer before it shaped it too
    return found;
  }
  return HostAddresses{{}, name, ttl};
}

absl::StatusOr<PointerNames> AresHostResolver::Names(const IpAddress& address,
                                                     absl::Time deadline) {
  const ActiveCalls::Scope scope(&calls_);
  const DnsQuestion question = {ReverseName(address), DnsType::kPtr};
  const absl::StatusOr<std::vector<std::string>> messages =
      Await(channel_->Ask({question}), deadline);
  if (!messages.ok()) return LookingUp(address.ToString(), messages.status());
  const absl::StatusOr<DnsReply> reply =
      ParseDnsReply(question, messages->front());
  if (!reply.ok()) return LookingUp(address.ToString(), reply.status());
  PointerNames pointers;
  pointers.ttl = reply->ttl;
  for (const DnsName& name : reply->names) {
    if (pointers.names.size() >= kMaxEvidenceNames) break;
    if (std::count(pointers.names.begin(), pointers.names.end(), name) == 0) {
      pointers.names.push_back(name);
    }
  }
  return pointers;
}

}  // namespace pullgate
