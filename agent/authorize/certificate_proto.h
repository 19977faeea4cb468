// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_CERTIFICATE_PROTO_H_
#define PULLGATE_AGENT_AUTHORIZE_CERTIFICATE_PROTO_H_

#include "agent/verify/registry_verifier.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// What a certificate says, and not whether it verified.
pullgate::audit::v1::Certificate CertificateToProto(
    const PresentedCertificate& certificate);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_CERTIFICATE_PROTO_H_
