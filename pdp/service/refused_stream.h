// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_REFUSED_STREAM_H_
#define PULLGATE_PDP_SERVICE_REFUSED_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "common/rpc/grpc_status.h"

namespace pullgate::pdp {

// A stream that ends at once with `status`. `Reactor` is one of gRPC's server
// reactors for streams. gRPC gives it back through OnDone.
template <typename Reactor>
Reactor* RefuseStream(const absl::Status& status) {
  class Refused final : public Reactor {
   public:
    explicit Refused(const absl::Status& status) {
      this->Finish(ToGrpcStatus(status));
    }
    void OnDone() override { const std::unique_ptr<Refused> last(this); }
  };
  return std::make_unique<Refused>(status).release();
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_REFUSED_STREAM_H_
