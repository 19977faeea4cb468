// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/single_callback_thread.h"

#include <grpcpp/create_channel.h>
#include <unistd.h>

#include <utility>

#include "absl/time/time.h"

namespace pullgate {
namespace {

// gRPC's pool: the processors that the system is configured with, halved, but
// from 2 to 16 (grpc 1.51, src/cpp/common/completion_queue_cc.cc).
constexpr long kMostProcessors = 5;

// gRPC's threads wait for events for one second before they rest.
constexpr absl::Duration kRing = absl::Milliseconds(500);

}  // namespace

bool SingleCallbackThread::Applies() {
  return sysconf(_SC_NPROCESSORS_CONF) <= kMostProcessors;
}

// A channel without credentials fails every call at once and touches no
// network.
SingleCallbackThread::SingleCallbackThread()
    : stub_(grpc::CreateChannel("", nullptr)) {
  if (!Applies()) return;
  {
    MutexLock lock(&mu_);
    occupied_ = true;
  }
  RunOnCallbackThread(occupying_, [this] { Occupy(); });
}

SingleCallbackThread::~SingleCallbackThread() {
  MutexLock lock(&mu_);
  released_ = true;
  changed_.NotifyAll();
  while (occupied_ || rings_) changed_.Wait(&mu_);
}

void SingleCallbackThread::RunOnCallbackThread(std::optional<Call>& call,
                                               std::function<void()> then) {
  call.emplace();
  stub_.UnaryCall(&call->context, "/pullgate/Nothing", grpc::StubOptions(),
                  &call->request, &call->response,
                  [then = std::move(then)](const grpc::Status&) { then(); });
}

void SingleCallbackThread::Occupy() {
  MutexLock lock(&mu_);
  while (!released_) {
    if (!changed_.WaitFor(&mu_, kRing) && !rings_) Ring();
  }
  occupied_ = false;
  changed_.NotifyAll();
}

void SingleCallbackThread::Ring() {
  rings_ = true;
  RunOnCallbackThread(ringing_, [this] {
    MutexLock lock(&mu_);
    rings_ = false;
    changed_.NotifyAll();
  });
}

}  // namespace pullgate
