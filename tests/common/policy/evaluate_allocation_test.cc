// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <vector>

#include "common/policy/evaluate.h"
#include "common/policy/policy_snapshot.h"
#include "gtest/gtest.h"
#include "tests/common/policy/random_case.h"
#include "tests/support/heap_count.h"

namespace pullgate::testing {
namespace {

struct Asked {
  RegistryAddress question;
  Evidence evidence;
};

TEST(HeapCountTest, Counts) {
  const HeapCount before = CountHeap();
  auto block = std::make_unique<std::vector<int>>(1000);
  EXPECT_EQ(CountHeap().allocations, before.allocations + 2);
  EXPECT_GE(CountHeap().bytes, before.bytes + 4000);
  block.reset();
  EXPECT_EQ(CountHeap().bytes, before.bytes);
}

TEST(EvaluateAllocationTest, DecidingAllocatesNothing) {
  RandomCases cases(3);
  int compared = 0;
  while (compared < 10000) {
    const CompileResult compiled =
        CompilePolicy(cases.Policy(), cases.Settings());
    if (compiled.snapshot == nullptr) continue;
    std::vector<Asked> questions;
    for (int i = 0; i < 20; ++i, ++compared) {
      const RegistryAddress question = cases.Question();
      questions.push_back({question, cases.EvidenceFor(question)});
    }
    const int64_t before = CountHeap().allocations;
    int routes = 0;
    for (const Asked& asked : questions) {
      routes +=
          Evaluate(compiled.snapshot->index(), asked.question, asked.evidence)
                  .permits()
              ? 1
              : 0;
    }
    ASSERT_EQ(CountHeap().allocations, before) << routes;
  }
}

}  // namespace
}  // namespace pullgate::testing
