// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/gather_evidence.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/policy/decide.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// Evidence from a look-up that gave no answer. A resolver that is switched off
// is nobody who looked.
Evidence Without(const absl::Status& status) {
  Evidence evidence;
  evidence.outcome = absl::IsFailedPrecondition(status)
                         ? Evidence::Outcome::kAbsent
                         : Evidence::Outcome::kFailed;
  if (evidence.outcome == Evidence::Outcome::kFailed) {
    evidence.failure = std::string(status.message());
  }
  return evidence;
}

// Whether `found`, looked up for `name`, points back to `address`. By itself: a
// PTR name is absolute, and no search list may complete it.
bool Confirms(const HostAddresses& found, const DnsName& name,
              const IpAddress& address) {
  return found.queried_name == name.text() &&
         std::count(found.addresses.begin(), found.addresses.end(), address) >
             0;
}

absl::StatusOr<std::vector<DnsName>> ForwardConfirmedNames(
    const IpAddress& address, HostResolver& dns, absl::Time deadline) {
  PULLGATE_ASSIGN_OR_RETURN(PointerNames pointers,
                            dns.Names(address, deadline));
  // Whatever the resolver bounds, each of these costs a look-up.
  std::vector<DnsName>& names = pointers.names;
  if (names.size() > kMaxEvidenceNames) {
    names.erase(names.begin() + kMaxEvidenceNames, names.end());
  }
  std::vector<absl::StatusOr<HostAddresses>> found(names.size());
  dns.AddressesOfAll(names, deadline,
                     [&](size_t i, absl::StatusOr<HostAddresses> addresses) {
                       found[i] = std::move(addresses);
                     });
  std::vector<DnsName> confirmed;
  for (size_t i = 0; i < names.size(); ++i) {
    const absl::Status& status = found[i].status();
    if (!status.ok()) {
      return absl::Status(
          status.code(),
          absl::StrCat("confirming that ", names[i].text(), " is ",
                       address.ToString(), ": ", status.message()));
    }
    if (Confirms(*found[i], names[i], address)) confirmed.push_back(names[i]);
  }
  std::sort(confirmed.begin(), confirmed.end());
  confirmed.erase(std::unique(confirmed.begin(), confirmed.end()),
                  confirmed.end());
  return confirmed;
}

Evidence OfAddress(const IpAddress& address, HostResolver& dns,
                   absl::Time deadline) {
  absl::StatusOr<std::vector<DnsName>> names =
      ForwardConfirmedNames(address, dns, deadline);
  if (!names.ok()) return Without(names.status());
  Evidence evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  evidence.names = *std::move(names);
  return evidence;
}

Evidence OfName(const DnsName& asked, const DnsName& connect, HostResolver& dns,
                absl::Time deadline) {
  absl::StatusOr<HostAddresses> found = dns.Addresses(connect, deadline);
  if (!found.ok()) return Without(found.status());
  Evidence evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  evidence.addresses = std::move(found->addresses);
  if (found->queried_name != asked.text()) {
    evidence.queried_name = std::move(found->queried_name);
  }
  return evidence;
}

}  // namespace

Evidence GatherEvidence(const RegistryAddress& question, HostResolver& dns,
                        absl::Time deadline) {
  if (question.address() != nullptr) {
    return OfAddress(*question.address(), dns, deadline);
  }
  const RegistryHost connect = ConnectHost(question);
  return OfName(*question.name(), std::get<DnsName>(connect), dns, deadline);
}

}  // namespace pullgate
