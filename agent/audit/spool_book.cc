// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_book.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace pullgate::agent {

using pullgate::audit::v1::Gap;

namespace {

// Of the bound: what one drop makes room for at least, and how far apart the
// cuts are.
constexpr int64_t kDropParts = 16;
constexpr int64_t kCutParts = 64;

uint32_t SecondOf(absl::Time time) {
  constexpr int64_t kMax = std::numeric_limits<uint32_t>::max();
  return static_cast<uint32_t>(
      std::clamp<int64_t>(absl::ToUnixSeconds(time), 0, kMax));
}

}  // namespace

SpoolBook::SpoolBook(int64_t max_bytes, int64_t acked, const ChainHead& base,
                     Gap gap)
    : max_bytes_(max_bytes),
      acked_(acked),
      base_(base.sequence),
      head_(base),
      gap_(std::move(gap)) {}

void SpoolBook::Enter(const ChainHead& event, size_t bytes,
                      absl::Time event_time) {
  held_.push_back({static_cast<uint32_t>(bytes), SecondOf(event_time)});
  bytes_ += static_cast<int64_t>(bytes);
  entered_ += static_cast<int64_t>(bytes);
  head_ = event;
  if (entered_ - last_cut_ < max_bytes_ / kCutParts) return;
  last_cut_ = entered_;
  cuts_.push_back({event, entered_});
}

void SpoolBook::Ack(int64_t sequence) {
  acked_ = std::max(acked_, sequence);
  Release(acked_);
}

void SpoolBook::Release(int64_t sequence) {
  for (; base_ < sequence && !held_.empty(); ++base_) {
    bytes_ -= held_.front().bytes;
    held_.pop_front();
  }
  while (!cuts_.empty() && cuts_.front().event.sequence <= base_) {
    cuts_.pop_front();
  }
}

std::optional<Gap> SpoolBook::PlanDrop(size_t more) const {
  const int64_t needed =
      static_cast<int64_t>(more + kMaxGapBytes) - (max_bytes_ - bytes_);
  const int64_t wanted = std::max(needed, max_bytes_ / kDropParts);
  const int64_t released = entered_ - bytes_;
  if (cuts_.empty()) return std::nullopt;
  auto cut = std::find_if(cuts_.begin(), cuts_.end(), [&](const Cut& one) {
    return one.entered - released >= wanted;
  });
  if (cut == cuts_.end()) --cut;
  if (cut->entered - released < needed) return std::nullopt;

  Gap gap = gap_;
  const int64_t last = cut->event.sequence;
  if (AllTold()) {
    gap.set_first_sequence(base_ + 1);
    gap.mutable_first_event_time()->set_seconds(held_.front().second);
  }
  gap.set_last_sequence(last);
  gap.set_last_hash(ToBytes(cut->event.hash));
  gap.mutable_last_event_time()->set_seconds(held_[last - base_ - 1].second);
  gap.set_dropped_total(gap_.dropped_total() + last - base_);
  return gap;
}

void SpoolBook::Drop(Gap gap, int64_t told) {
  Release(gap.last_sequence());
  NoteGap(std::move(gap), told);
}

void SpoolBook::NoteGap(Gap gap, int64_t told) {
  gap_ = std::move(gap);
  gap_told_ = told;
}

absl::Time SpoolBook::oldest() const {
  if (held_.empty()) return absl::InfiniteFuture();
  return absl::FromUnixSeconds(held_.front().second);
}

}  // namespace pullgate::agent
