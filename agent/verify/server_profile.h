// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_SERVER_PROFILE_H_
#define PULLGATE_AGENT_VERIFY_SERVER_PROFILE_H_

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace pullgate::agent {

// Who vouches in the end: a CA of the VCH's policy, or one of the public set.
// Where practice in private PKIs parts from the rules of the public one, the
// private profile is the looser.
enum class AnchorKind { kPolicy, kPublic };

// What the server profile demands beyond a chain that OpenSSL accepts
// (docs/semantics.md §6). `chain` is leaf first, anchor last. Empty if it
// holds, else the rest of "a certificate that ...".
//
// * Keys: RSA from 2048 bits, ECDSA on P-256, P-384 or P-521, Ed25519, Ed448;
//   on every certificate, the anchor's included.
// * Extended key usage: names serverAuth wherever it is present; the any-usage
//   and the old step-up usages do not stand for it.
// * The leaf is no CA. With kPolicy, a leaf that is itself the anchor may be
//   one: what `openssl req -x509` makes is used as server certificate and CA in
//   one.
std::string ServerProfileFailure(const std::vector<X509*>& chain,
                                 AnchorKind anchor);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_SERVER_PROFILE_H_
