// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/certificate_proto.h"

#include "common/wire/time_proto.h"

namespace pullgate::agent {

namespace audit_pb = pullgate::audit::v1;

audit_pb::Certificate CertificateToProto(
    const PresentedCertificate& certificate) {
  audit_pb::Certificate proto;
  proto.set_sha256_fingerprint(certificate.sha256_fingerprint);
  proto.set_subject(certificate.subject);
  proto.set_issuer(certificate.issuer);
  wire::ToProto(certificate.not_before, proto.mutable_not_before());
  wire::ToProto(certificate.not_after, proto.mutable_not_after());
  proto.mutable_dns_names()->Assign(certificate.dns_names.begin(),
                                    certificate.dns_names.end());
  proto.mutable_ip_addresses()->Assign(certificate.ip_addresses.begin(),
                                       certificate.ip_addresses.end());
  return proto;
}

}  // namespace pullgate::agent
