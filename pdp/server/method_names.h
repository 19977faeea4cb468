// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_METHOD_NAMES_H_
#define PULLGATE_PDP_SERVER_METHOD_NAMES_H_

namespace pullgate::pdp {

// Full paths of methods that logs and metrics name.
inline constexpr char kCheckPull[] =
    "/pullgate.decision.v1.DecisionService/CheckPull";

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_METHOD_NAMES_H_
