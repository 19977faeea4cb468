// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_BENCH_CLOSED_LOOP_H_
#define PULLGATE_TESTS_BENCH_CLOSED_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pullgate::bench {

// What one round measured.
struct Round {
  double calls_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  std::string failure;  // not empty: the round is worthless
};

// Keeps `outstanding` unary calls under way for `duration`, on one completion
// queue and one thread, and says how fast they were answered.
//
// `start` begins a call on the queue given; `good` says whether an answer is
// the one that is measured: a benchmark of errors is none.
template <typename Response>
class ClosedLoop {
 public:
  using Reader = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>>;
  using Start =
      std::function<Reader(grpc::ClientContext*, grpc::CompletionQueue*)>;
  using Good = std::function<bool(const Response&)>;
  using Clock = std::chrono::steady_clock;

  ClosedLoop(Start start, Good good)
      : start_(std::move(start)), good_(std::move(good)) {}

  Round Run(int outstanding, std::chrono::milliseconds duration) {
    std::vector<Slot> slots(outstanding);
    const Clock::time_point begin = Clock::now();
    const Clock::time_point end = begin + duration;
    for (Slot& slot : slots) Begin(slot);
    int under_way = outstanding;
    void* tag = nullptr;
    bool ok = false;
    while (under_way > 0 && queue_.Next(&tag, &ok)) {
      Slot& slot = *static_cast<Slot*>(tag);
      --under_way;
      if (!Finish(slot)) continue;
      if (Clock::now() < end) {
        Begin(slot);
        ++under_way;
      }
    }
    return Summary(Clock::now() - begin);
  }

 private:
  struct Slot {
    std::unique_ptr<grpc::ClientContext> context;
    Reader reader;
    Response response;
    grpc::Status status;
    Clock::time_point begun;
  };

  void Begin(Slot& slot) {
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.begun = Clock::now();
    slot.reader = start_(slot.context.get(), &queue_);
    slot.reader->Finish(&slot.response, &slot.status, &slot);
  }

  // False, with the failure noted, if the answer is not one to measure.
  bool Finish(const Slot& slot) {
    if (slot.status.ok() && good_(slot.response)) {
      latencies_.push_back(
          std::chrono::duration<double, std::micro>(Clock::now() - slot.begun)
              .count());
      return true;
    }
    failure_ = slot.status.ok()
                   ? "unexpected: " + slot.response.ShortDebugString()
                   : slot.status.error_message();
    return false;
  }

  Round Summary(Clock::duration elapsed) {
    Round round;
    round.failure = failure_;
    if (latencies_.empty()) return round;
    std::sort(latencies_.begin(), latencies_.end());
    const size_t count = latencies_.size();
    round.calls_per_second = static_cast<double>(count) /
                             std::chrono::duration<double>(elapsed).count();
    round.p50_us = latencies_[count / 2];
    round.p99_us = latencies_[count * 99 / 100];
    latencies_.clear();
    return round;
  }

  const Start start_;
  const Good good_;
  grpc::CompletionQueue queue_;
  std::vector<double> latencies_;
  std::string failure_;
};

}  // namespace pullgate::bench

#endif  // PULLGATE_TESTS_BENCH_CLOSED_LOOP_H_
