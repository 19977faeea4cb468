// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_SINGLE_CALLBACK_THREAD_H_
#define PULLGATE_COMMON_RPC_SINGLE_CALLBACK_THREAD_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <functional>
#include <optional>

#include "common/sync/mutex.h"

namespace pullgate {

// While one of these lives, a single thread of gRPC's runs all callbacks of the
// process: half the latency and twice the calls per second.
//
// gRPC 1.51 serves its callback API with a pool of half as many threads as
// there are processors, but two at least. All of them wait on one completion
// queue; whoever takes an event first wakes another to wait in its stead, and
// then both want the lock of the one connection. Where the pool is two threads,
// an instance of this keeps one of them occupied; where it is larger, which was
// not measured, it does nothing. Figures, and what else was considered:
// docs/adr/2026-11-23-run-callbacks-on-one-thread.md.
//
// gRPC's threads also rest for 100 ms whenever nothing came for a second. The
// occupied one rings twice a second, so that the other never does: the first
// pull after a quiet time is answered at once.
//
// Callbacks must not block, and least of all wait for another callback. (They
// must not anyway.)
//
// To be made before the servers and channels of the process, and to be
// destroyed after them, by a thread that is none of gRPC's. One at a time.
class SingleCallbackThread {
 public:
  SingleCallbackThread();
  // Waits until the thread is gRPC's again.
  ~SingleCallbackThread();

  SingleCallbackThread(const SingleCallbackThread&) = delete;
  SingleCallbackThread& operator=(const SingleCallbackThread&) = delete;

  // Whether gRPC's pool is small enough here.
  static bool Applies();

 private:
  // Of an instance, not of their callbacks: who destroys the last channel of
  // the process waits for gRPC's threads to end, so it must be none of them.
  struct Call {
    Call() : request(&nothing, 1) {}

    grpc::ClientContext context;
    const grpc::Slice nothing;
    const grpc::ByteBuffer request;
    grpc::ByteBuffer response;
  };

  // Has one of gRPC's threads run `then`.
  void RunOnCallbackThread(std::optional<Call>& call,
                           std::function<void()> then);
  // Runs on a thread of gRPC's, and keeps it.
  void Occupy() ABSL_LOCKS_EXCLUDED(mu_);
  void Ring() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  grpc::GenericStub stub_;
  std::optional<Call> occupying_;

  Mutex mu_;
  CondVar changed_;
  std::optional<Call> ringing_ ABSL_GUARDED_BY(mu_);
  bool occupied_ ABSL_GUARDED_BY(mu_) = false;
  bool rings_ ABSL_GUARDED_BY(mu_) = false;
  bool released_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_SINGLE_CALLBACK_THREAD_H_
