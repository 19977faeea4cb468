// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_HEAP_COUNT_H_
#define PULLGATE_TESTS_SUPPORT_HEAP_COUNT_H_

#include <cstdint>

namespace pullgate::testing {

// What operator new and delete did in this process, by all threads. A program
// that links this has them replaced; memory from malloc() does not count.
struct HeapCount {
  // How often operator new was called.
  int64_t allocations = 0;
  // Bytes allocated and not yet freed, as malloc() rounds them up.
  int64_t bytes = 0;
};

HeapCount CountHeap();

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_SUPPORT_HEAP_COUNT_H_
