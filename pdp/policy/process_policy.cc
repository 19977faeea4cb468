// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/process_policy.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/config/proto_duration.h"
#include "common/crypto/trust_bundle.h"
#include "common/wire/effective_policy.h"
#include "google/protobuf/text_format.h"

namespace pullgate::pdp {
namespace {

namespace policy_pb = pullgate::policy::v1;

void WriteSettings(const ProcessSettings& settings,
                   pullgate::sync::v1::EffectivePolicy& proto) {
  for (const ProtectedRegistryText& registry : settings.protected_registries) {
    auto& out = *proto.add_protected_registries();
    out.set_host(registry.host);
    for (const std::string& address : registry.addresses) {
      out.add_addresses(address);
    }
  }
  for (const std::string& prefix : settings.unpinnable_addresses) {
    proto.add_unpinnable_addresses(prefix);
  }
}

std::string BundleIdOf(const policy_pb::Policy& policy) {
  std::vector<TrustBundleEntry> entries;
  for (const policy_pb::RegistryCa& ca : policy.registry_cas()) {
    entries.push_back({ca.pem(), {ca.scope().begin(), ca.scope().end()}});
  }
  return TrustBundleId(entries,
                       !policy.has_use_public_cas() || policy.use_public_cas());
}

}  // namespace

std::string ContentsOf(const ProcessPolicy& process) {
  pullgate::sync::v1::EffectivePolicy proto;
  if (process.default_policy) *proto.mutable_policy() = *process.default_policy;
  WriteSettings(process.settings, proto);
  std::string text;
  google::protobuf::TextFormat::PrintToString(proto, &text);
  return absl::StrCat("default_lease: ",
                      absl::FormatDuration(process.default_lease), "\n", text);
}

std::vector<ProtectedRegistryText> ProtectedIn(absl::string_view contents) {
  const size_t first_line = contents.find('\n');
  pullgate::sync::v1::EffectivePolicy proto;
  if (first_line == absl::string_view::npos ||
      !google::protobuf::TextFormat::ParseFromString(
          std::string(contents.substr(first_line + 1)), &proto)) {
    return {};
  }
  return wire::SettingsFromProto(proto).protected_registries;
}

absl::StatusOr<PolicyInForce> PutInForce(
    const VchId& vch, const policy_pb::Policy* own,
    const ProcessPolicy& process, int64_t revision,
    std::shared_ptr<const PolicySnapshot> compiled) {
  PolicyInForce in_force;
  in_force.proto.set_vch(vch.Name());
  in_force.proto.set_revision(revision);
  in_force.lease = process.default_lease;
  if (own == nullptr && process.default_policy) own = &*process.default_policy;
  if (own != nullptr) {
    policy_pb::Policy& policy = *in_force.proto.mutable_policy();
    policy = *own;
    if (policy.has_lease()) {
      in_force.lease = FromProtoDuration(policy.lease());
    } else {
      *policy.mutable_lease() = ToProtoDuration(process.default_lease);
    }
    in_force.proto.set_trust_bundle_id(BundleIdOf(policy));
  }
  WriteSettings(process.settings, in_force.proto);
  if (compiled != nullptr) {
    in_force.snapshot = std::move(compiled);
    return in_force;
  }
  auto snapshot = wire::CompileEffectivePolicy(in_force.proto);
  if (!snapshot.ok()) {
    return absl::InternalError(
        absl::StrCat("the stored policy of ", vch.Name(),
                     " cannot be used: ", snapshot.status().message()));
  }
  in_force.snapshot = *std::move(snapshot);
  return in_force;
}

}  // namespace pullgate::pdp
