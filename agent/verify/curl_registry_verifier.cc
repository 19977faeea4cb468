// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/curl_registry_verifier.h"

#include "absl/time/time.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/route_walker.h"

namespace pullgate::agent {

Verification CurlRegistryVerifier::Verify(const VerifyRequest& request,
                                          absl::Time deadline) {
  return RouteWalker(request, &probe_, clock_, options_.attempt_limit, deadline)
      .Walk();
}

}  // namespace pullgate::agent
