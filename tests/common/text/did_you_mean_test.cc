// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/text/did_you_mean.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

const std::vector<std::string>& Keys() {
  static const auto* const keys = new std::vector<std::string>{
      "listen", "call_timeout", "trust_domain", "tls", "drain_deadline"};
  return *keys;
}

TEST(DidYouMeanTest, FindsTypingMistakes) {
  for (const char* typed : {"call_timout", "call_tiemout", "calltimeout",
                            "call-timeout", "Call_Timeout", "call_timeouts"}) {
    EXPECT_EQ(DidYouMean(typed, Keys()), "call_timeout") << typed;
  }
  EXPECT_EQ(DidYouMean("tsl", Keys()), "tls");
}

TEST(DidYouMeanTest, SaysNothingRatherThanAnything) {
  for (const char* typed : {"", "x", "port", "completely_else"}) {
    EXPECT_EQ(DidYouMean(typed, Keys()), std::nullopt) << typed;
  }
  EXPECT_EQ(DidYouMean("listen", {}), std::nullopt);
}

TEST(DidYouMeanTest, DoesNotComputeOverHugeWords) {
  EXPECT_EQ(DidYouMean(std::string(1 << 20, 'a'), Keys()), std::nullopt);
}

}  // namespace
}  // namespace pullgate
