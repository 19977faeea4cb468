// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_LISTEN_ADDRESS_H_
#define PULLGATE_PDP_SERVER_LISTEN_ADDRESS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pullgate::pdp {

// Whether `text` is an address and a port to listen on: "0.0.0.0:8443",
// "[::1]:8443". Port 0 takes a free one. InvalidArgument says what is wrong.
absl::Status CheckListenAddress(absl::string_view text);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_LISTEN_ADDRESS_H_
