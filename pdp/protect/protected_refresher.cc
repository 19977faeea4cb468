// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/protect/protected_refresher.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/net/ip_address.h"
#include "common/observe/names.h"
#include "common/policy/decide.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"

namespace pullgate::pdp {
namespace {

constexpr char kActor[] = "pullgate-pdp";

// The name to look up for a protected registry: for Docker Hub that of the host
// which connections go to. None for an address or a prefix.
std::optional<DnsName> NameToLookUp(const std::string& host) {
  absl::StatusOr<DnsName> name = DnsName::Parse(host);
  if (!name.ok()) return std::nullopt;
  const RegistryHost connect = ConnectHost(
      RegistryAddress(std::nullopt, *std::move(name), std::nullopt));
  return std::get<DnsName>(connect);
}

std::vector<std::string> Texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const IpAddress& address : addresses) {
    texts.push_back(address.ToString());
  }
  return texts;
}

}  // namespace

ProtectedRefresher::ProtectedRefresher(HostResolver* dns, PolicyBook* book,
                                       const Logger* log, const Clock* clock,
                                       absl::Duration timeout)
    : dns_(dns),
      book_(book),
      log_(log),
      clock_(clock),
      timeout_(timeout),
      failures_(clock, absl::Minutes(5)) {}

void ProtectedRefresher::Refresh(absl::Time deadline) {
  const std::vector<Answer> answers =
      LookUp(book_->process()->settings.protected_registries, deadline);
  if (!answers.empty()) Store(answers);
}

std::vector<ProtectedRefresher::Answer> ProtectedRefresher::LookUp(
    const std::vector<ProtectedRegistryText>& registries, absl::Time deadline) {
  std::vector<Answer> answers;
  for (const ProtectedRegistryText& registry : registries) {
    const std::optional<DnsName> name = NameToLookUp(registry.host);
    if (!name) continue;
    const absl::Time now = clock_->Now();
    if (now >= deadline) break;
    const auto found =
        dns_->Addresses(*name, std::min(deadline, now + timeout_));
    if (!found.ok() || found->addresses.empty()) {
      if (const auto skipped = failures_.Admit()) {
        log_->Warning(
            "protected registry not resolved; its last addresses stay",
            {{names::kRegistry, registry.host},
             {names::kAddress, absl::StrJoin(registry.addresses, ",")},
             {names::kStatus, found.ok() ? absl::NotFoundError("no addresses")
                                         : found.status()},
             {names::kSkipped, *skipped}});
      }
      continue;
    }
    Answer answer{registry.host, Texts(found->addresses)};
    if (answer.addresses != registry.addresses) {
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

void ProtectedRefresher::Store(const std::vector<Answer>& answers) {
  const Change change{kActor, "protected registries resolved anew",
                      clock_->Now()};
  const absl::Status stored = book_->Update(
      [&answers](ProcessPolicy& process) {
        std::vector<ProtectedRegistryText> known;
        known.reserve(answers.size());
        for (const Answer& answer : answers) {
          known.push_back({answer.host, answer.addresses});
        }
        process.settings.protected_registries =
            WithKnownAddresses(process.settings.protected_registries, known);
      },
      change);
  if (!stored.ok()) {
    log_->Error("new addresses of protected registries not stored",
                {{names::kStatus, stored}});
    return;
  }
  for (const Answer& answer : answers) {
    log_->Info("protected registry resolved",
               {{names::kRegistry, answer.host},
                {names::kAddress, absl::StrJoin(answer.addresses, ",")},
                {names::kRevision, book_->process_revision()}});
  }
}

std::vector<ProtectedRegistryText> WithKnownAddresses(
    std::vector<ProtectedRegistryText> registries,
    const std::vector<ProtectedRegistryText>& known) {
  for (ProtectedRegistryText& registry : registries) {
    const auto same = std::find_if(known.begin(), known.end(),
                                   [&registry](const auto& candidate) {
                                     return candidate.host == registry.host;
                                   });
    if (same != known.end()) registry.addresses = same->addresses;
  }
  return registries;
}

}  // namespace pullgate::pdp
