// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_SYNC_SERVICE_H_
#define PULLGATE_PDP_SERVICE_SYNC_SERVICE_H_

#include "common/rpc/caller_resolver.h"
#include "common/rpc/worker_pool.h"
#include "common/time/clock.h"
#include "pdp/fleet/fleet.h"
#include "pdp/policy/policy_book.h"
#include "pdp/service/live_streams.h"
#include "pdp/service/sync_hub.h"
#include "pdp/service/sync_observer.h"
#include "pullgate/sync/v1/sync_service.grpc.pb.h"

namespace pullgate::pdp {

// The skin of SyncSession: a stream for each.
class SyncService final
    : public pullgate::sync::v1::SyncService::CallbackService {
 public:
  // None owned; all outlive the server.
  struct Parts {
    const CallerResolver* callers;
    PolicyBook* book;
    Fleet* fleet;
    SyncHub* hub;
    WorkerPool* workers;
    LiveStreams* live;
    SyncObserver* observer;
    const Clock* clock;
  };
  explicit SyncService(const Parts& parts) : parts_(parts) {}

  grpc::ServerBidiReactor<pullgate::sync::v1::SyncRequest,
                          pullgate::sync::v1::SyncResponse>*
  Sync(grpc::CallbackServerContext* context) override;

 private:
  const Parts parts_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_SYNC_SERVICE_H_
