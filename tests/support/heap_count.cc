// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/heap_count.h"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<int64_t> allocations{0};
std::atomic<int64_t> bytes{0};

void* Take(void* block) {
  if (block == nullptr) std::abort();
  allocations.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(static_cast<int64_t>(malloc_usable_size(block)),
                  std::memory_order_relaxed);
  return block;
}

void* Allocate(size_t size) { return Take(std::malloc(size > 0 ? size : 1)); }

void* AllocateAligned(size_t size, std::align_val_t alignment) {
  const size_t unit = static_cast<size_t>(alignment);
  return Take(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}

void Free(void* block) {
  if (block == nullptr) return;
  bytes.fetch_sub(static_cast<int64_t>(malloc_usable_size(block)),
                  std::memory_order_relaxed);
  std::free(block);
}

}  // namespace

// The forms for arrays and without exceptions end in these.
void* operator new(size_t size) { return Allocate(size); }
void* operator new(size_t size, std::align_val_t alignment) {
  return AllocateAligned(size, alignment);
}
void operator delete(void* block) noexcept { Free(block); }
void operator delete(void* block, size_t) noexcept { Free(block); }
void operator delete(void* block, std::align_val_t) noexcept { Free(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept {
  Free(block);
}

namespace pullgate::testing {

HeapCount CountHeap() { return {allocations.load(), bytes.load()}; }

}  // namespace pullgate::testing
