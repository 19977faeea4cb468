// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/address_space.h"

#include "gtest/gtest.h"

namespace pullgate {
namespace {

bool IsLocal(absl::string_view text) {
  return IsInLocalSpace(*IpPrefix::Parse(text));
}

TEST(AddressSpaceTest, KnowsLocalSpace) {
  for (const char* text :
       {"10.0.0.0/8", "10.2.2.5", "172.16.0.0/12", "172.31.255.255",
        "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "fc00::/7", "fd12::1", "fe80::/10", "::1"}) {
    EXPECT_TRUE(IsLocal(text)) << text;
  }
}

TEST(AddressSpaceTest, WhatReachesBeyondIsNotLocal) {
  for (const char* text :
       {"10.0.0.0/7", "172.16.0.0/11", "192.168.0.0/15", "100.64.0.0/9",
        "0.0.0.0/0", "::/0", "::/127", "fe80::/9", "fc00::/6", "203.0.113.9",
        "172.32.0.0", "100.128.0.0", "2001:db8::/32", "64:ff9b::a00:1"}) {
    EXPECT_FALSE(IsLocal(text)) << text;
  }
}

}  // namespace
}  // namespace pullgate
