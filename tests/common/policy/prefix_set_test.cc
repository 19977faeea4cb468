// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/prefix_set.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

PrefixSet SetOf(const std::vector<std::string>& texts) {
  std::set<IpPrefix> sorted;
  for (const std::string& text : texts) sorted.insert(*IpPrefix::Parse(text));
  return PrefixSet({sorted.begin(), sorted.end()});
}

// Those that contain the address, longest first.
std::string Around(const PrefixSet& prefixes, absl::string_view address) {
  std::string found;
  for (uint32_t number = prefixes.FindLongest(*IpAddress::Parse(address));
       number != PrefixSet::kNone; number = prefixes.Around(number)) {
    absl::StrAppend(&found, prefixes.Prefix(number).ToString(), " ");
  }
  return found;
}

TEST(PrefixSetTest, FindsNothingWhenEmpty) {
  EXPECT_EQ(Around(PrefixSet(), "10.2.2.5"), "");
  EXPECT_EQ(Around(PrefixSet(), "2001:db8::1"), "");
}

TEST(PrefixSetTest, FindsAllThatContainAnAddressLongestFirst) {
  const PrefixSet prefixes =
      SetOf({"0.0.0.0/0", "10.0.0.0/8", "10.2.0.0/16", "10.2.2.0/24",
             "10.2.2.5", "10.2.3.0/24", "11.0.0.0/8"});
  EXPECT_EQ(Around(prefixes, "10.2.2.5"),
            "10.2.2.5 10.2.2.0/24 10.2.0.0/16 10.0.0.0/8 0.0.0.0/0 ");
  EXPECT_EQ(Around(prefixes, "10.2.2.6"),
            "10.2.2.0/24 10.2.0.0/16 10.0.0.0/8 0.0.0.0/0 ");
  EXPECT_EQ(Around(prefixes, "10.2.4.0"), "10.2.0.0/16 10.0.0.0/8 0.0.0.0/0 ");
  EXPECT_EQ(Around(prefixes, "12.0.0.0"), "0.0.0.0/0 ");
  EXPECT_EQ(Around(prefixes, "255.255.255.255"), "0.0.0.0/0 ");
  EXPECT_EQ(Around(prefixes, "0.0.0.0"), "0.0.0.0/0 ");
}

TEST(PrefixSetTest, KeepsFamiliesApart) {
  const PrefixSet prefixes =
      SetOf({"0.0.0.0/0", "::/0", "2001:db8::/32", "::1"});
  EXPECT_EQ(Around(prefixes, "10.2.2.5"), "0.0.0.0/0 ");
  EXPECT_EQ(Around(prefixes, "2001:db8::1"), "2001:db8::/32 ::/0 ");
  EXPECT_EQ(Around(prefixes, "::1"), "::1 ::/0 ");
  EXPECT_EQ(Around(prefixes, "::ffff:10.2.2.5"), "0.0.0.0/0 ");
}

TEST(PrefixSetTest, FindsNothingBelowTheFirst) {
  const PrefixSet prefixes = SetOf({"10.0.0.0/8", "2001:db8::/32"});
  EXPECT_EQ(Around(prefixes, "9.255.255.255"), "");
  EXPECT_EQ(Around(prefixes, "11.0.0.0"), "");
  EXPECT_EQ(Around(prefixes, "::1"), "");
  EXPECT_EQ(Around(prefixes, "ffff::"), "");
}

TEST(PrefixSetTest, KnowsLengths) {
  const PrefixSet prefixes = SetOf({"10.0.0.0/8", "10.2.2.5", "::1", "::/64"});
  ASSERT_EQ(prefixes.size(), 4u);
  int single = 0;
  for (uint32_t i = 0; i < prefixes.size(); ++i) {
    EXPECT_EQ(prefixes.Length(i), prefixes.Prefix(i).length());
    EXPECT_EQ(prefixes.IsSingle(i), prefixes.Prefix(i).is_single());
    single += prefixes.IsSingle(i) ? 1 : 0;
  }
  EXPECT_EQ(single, 2);
}

// The same, by looking at every prefix.
std::string AroundSlowly(const std::vector<IpPrefix>& prefixes,
                         const IpAddress& address) {
  std::vector<IpPrefix> containing;
  for (const IpPrefix& prefix : prefixes) {
    if (prefix.Contains(address)) containing.push_back(prefix);
  }
  std::sort(containing.begin(), containing.end(),
            [](const IpPrefix& a, const IpPrefix& b) {
              return a.length() > b.length();
            });
  std::string found;
  for (const IpPrefix& prefix : containing) {
    absl::StrAppend(&found, prefix.ToString(), " ");
  }
  return found;
}

// Addresses in a narrow space, so that many prefixes nest.
class RandomAddresses {
 public:
  IpAddress Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const uint8_t low = static_cast<uint8_t>(state_ >> 40);
    const uint8_t high = static_cast<uint8_t>(state_ >> 48 & 3);
    if (state_ >> 63 != 0) return IpAddress::FromV4Bytes({10, 0, high, low});
    return IpAddress::FromV6Bytes(
        {0x20, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, high, low});
  }
  int Length(const IpAddress& address) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return address.bits() - static_cast<int>((state_ >> 33) % 12);
  }

 private:
  uint64_t state_ = 5;
};

TEST(PrefixSetTest, AgreesWithLookingAtEveryPrefix) {
  RandomAddresses random;
  for (int round = 0; round < 20; ++round) {
    std::set<IpPrefix> sorted;
    for (int i = 0; i < 60; ++i) {
      const IpAddress address = random.Next();
      sorted.insert(IpPrefix(address, random.Length(address)));
    }
    const std::vector<IpPrefix> list(sorted.begin(), sorted.end());
    const PrefixSet prefixes(list);
    for (int i = 0; i < 300; ++i) {
      const IpAddress address = random.Next();
      ASSERT_EQ(Around(prefixes, address.ToString()),
                AroundSlowly(list, address))
          << address.ToString();
    }
  }
}

}  // namespace
}  // namespace pullgate
