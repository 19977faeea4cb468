// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_TRUST_ADVICE_H_
#define PULLGATE_AGENT_VERIFY_TRUST_ADVICE_H_

#include <openssl/x509.h>

#include "absl/time/time.h"
#include "agent/verify/chain_verifier.h"
#include "agent/verify/registry_verifier.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// What a policy would have to trust for a certificate to verify that does not
// verify by it as it is: the topmost of the certificates that were presented
// and lead to each other, if it may be among a policy's CAs. Tried out, not
// guessed: the chain is verified once more with that one as its only anchor.
//
// `anchors`: those that it did not verify by. An issuer that is among them is
// not asked for if something else is wrong.
//
// For people. Who presents a certificate says nothing about whose it is, so
// nothing may be decided by this. `presented`: as in VerifyServerCertificate.
// Thread-safe; no I/O.
TrustAdvice AdviseTrust(X509* leaf, STACK_OF(X509) * presented,
                        const TrustAnchors& anchors,
                        const RegistryHost& reference, absl::Time now);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_TRUST_ADVICE_H_
