// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule_index.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

RuleIndex IndexOf(const std::vector<std::string>& texts,
                  RuleList list = RuleList::kWhitelist) {
  RuleIndex::Builder builder;
  for (size_t i = 0; i < texts.size(); ++i) {
    builder.Add(ParseRule(texts[i])->rule, list, static_cast<uint32_t>(i));
  }
  return std::move(builder).Build();
}

// Collects the texts of the rules met.
class Texts {
 public:
  explicit Texts(const RuleIndex& index) : index_(index) {}
  void operator()(const RuleHit& hit) { texts_.push_back(index_.TextOf(hit)); }
  std::string Joined() const { return absl::StrJoin(texts_, " "); }
  std::string Sorted() {
    std::sort(texts_.begin(), texts_.end());
    return Joined();
  }

 private:
  const RuleIndex& index_;
  std::vector<std::string> texts_;
};

std::string WildcardsOver(const RuleIndex& index, absl::string_view name) {
  Texts texts(index);
  index.VisitWildcardsOver(name, texts);
  return texts.Joined();
}

TEST(RuleIndexTest, EmptyMeetsNothing) {
  const RuleIndex index;
  Texts texts(index);
  index.VisitName("a.b", texts);
  index.VisitWildcardsOver("a.b", texts);
  index.VisitAddress(*IpAddress::Parse("10.2.2.5"), texts);
  index.VisitDistinct(texts);
  EXPECT_EQ(texts.Joined(), "");
  EXPECT_FALSE(index.HasName("a.b"));
  EXPECT_FALSE(index.HasAddress(*IpAddress::Parse("10.2.2.5")));
}

TEST(RuleIndexTest, MeetsRulesOfANameWhateverTheirEndpoints) {
  const RuleIndex index =
      IndexOf({"a.b:5000", "x.b", "a.b", "https://a.b", "*.a.b", "*.b"});
  Texts texts(index);
  index.VisitName("a.b", texts);
  EXPECT_EQ(texts.Sorted(), "a.b a.b:5000 https://a.b");
  EXPECT_TRUE(index.HasName("a.b"));
  EXPECT_FALSE(index.HasName("b"));
}

TEST(RuleIndexTest, MeetsWildcardsNarrowestFirstAndNeverTheNameItself) {
  const RuleIndex index =
      IndexOf({"*.example.com", "*.com", "*.lab.example.com:5000",
               "*.x.lab.example.com", "*.ample.com", "example.com"});
  EXPECT_EQ(WildcardsOver(index, "x.lab.example.com"),
            "*.lab.example.com:5000 *.example.com *.com");
  EXPECT_EQ(WildcardsOver(index, "example.com"), "*.com");
  EXPECT_EQ(WildcardsOver(index, "com"), "");
  EXPECT_EQ(WildcardsOver(index, "a.sample.com"), "*.com");
}

TEST(RuleIndexTest, MeetsPrefixesNarrowestFirst) {
  const RuleIndex index = IndexOf({"10.0.0.0/8", "10.2.2.5:5000", "10.2.2.0/24",
                                   "11.0.0.0/8", "10.2.2.5", "::/0"});
  Texts texts(index);
  index.VisitAddress(*IpAddress::Parse("10.2.2.5"), texts);
  EXPECT_EQ(texts.Joined(), "10.2.2.5 10.2.2.5:5000 10.2.2.0/24 10.0.0.0/8");
}

TEST(RuleIndexTest, HitsKnowHowNarrowTheyAre) {
  const RuleIndex index = IndexOf({"a.b.c", "*.b.c", "10.0.0.0/8", "10.2.2.5"});
  index.VisitDistinct([&](const RuleHit& hit) {
    switch (hit.rule->position) {
      case 0:
        EXPECT_TRUE(hit.exact);
        EXPECT_GT(hit.narrowness, 128);
        break;
      case 1:
        EXPECT_FALSE(hit.exact);
        EXPECT_EQ(hit.narrowness, 2);
        break;
      case 2:
        EXPECT_FALSE(hit.exact);
        EXPECT_EQ(hit.narrowness, 8);
        break;
      default:
        EXPECT_TRUE(hit.exact);
        EXPECT_EQ(hit.narrowness, 32);
    }
  });
}

TEST(RuleIndexTest, MeetsOnlyTheFirstOfRepeats) {
  const RuleIndex index = IndexOf(
      {"x.y", "a.b:443", "https://a.b", "https://a.b:443", "A.B:443", "a.b"});
  Texts texts(index);
  index.VisitName("a.b", texts);
  EXPECT_EQ(texts.Sorted(), "a.b a.b:443 https://a.b");
  std::vector<std::string> repeats;
  index.VisitRepeats([&](const RuleHit& repeat, const RuleHit& first) {
    repeats.push_back(
        absl::StrCat(repeat.rule->position, ">", first.rule->position));
  });
  std::sort(repeats.begin(), repeats.end());
  EXPECT_EQ(absl::StrJoin(repeats, " "), "3>2 4>1");
}

TEST(RuleIndexTest, ManyRepeatsAreMetOnce) {
  const RuleIndex index = IndexOf(std::vector<std::string>(5000, "10.2.2.5"));
  int met = 0;
  index.VisitAddress(*IpAddress::Parse("10.2.2.5"),
                     [&](const RuleHit&) { ++met; });
  EXPECT_EQ(met, 1);
}

TEST(RuleIndexTest, SameTextInAnotherListIsNoRepeat) {
  RuleIndex::Builder builder;
  builder.Add(ParseRule("a.b")->rule, RuleList::kWhitelist, 0);
  builder.Add(ParseRule("a.b")->rule, RuleList::kInsecure, 0);
  const RuleIndex index = std::move(builder).Build();
  Texts texts(index);
  index.VisitName("a.b", texts);
  EXPECT_EQ(texts.Joined(), "a.b a.b");
}

TEST(RuleIndexTest, WritesEveryRuleAsItself) {
  const std::vector<std::string> canonical = {
      "a.b",        "a.b:5000",         "https://a.b", "http://a.b:80",
      "*.a.b",      "*.a.b:443",        "10.2.2.5",    "10.2.2.5:5000",
      "10.0.0.0/8", "http://10.2.2.5",  "2001:db8::1", "[2001:db8::1]:5000",
      "::/0",       "https://[::1]:443"};
  const RuleIndex index = IndexOf(canonical, RuleList::kInsecure);
  int met = 0;
  index.VisitDistinct([&](const RuleHit& hit) {
    ++met;
    EXPECT_EQ(index.TextOf(hit), canonical[hit.rule->position]);
    EXPECT_EQ(PlaceOf(index.ReferenceTo(hit)),
              absl::StrCat("insecure[", hit.rule->position, "]"));
  });
  EXPECT_EQ(met, static_cast<int>(canonical.size()));
}

// The texts of all rules that cover the host of the first.
std::string Covering(const std::vector<std::string>& texts) {
  const RuleIndex index = IndexOf(texts);
  Texts found(index);
  index.VisitDistinct([&](const RuleHit& hit) {
    if (hit.rule->position != 0) return;
    index.AnyCovering(hit, [&](const RuleHit& other) {
      found(other);
      return false;
    });
  });
  return found.Joined();
}

TEST(RuleIndexTest, KnowsWhatCoversARule) {
  EXPECT_EQ(Covering({"a.b.c", "a.b.c:80", "*.b.c", "*.a.b.c", "*.c", "b.c"}),
            "a.b.c a.b.c:80 *.b.c *.c");
  EXPECT_EQ(Covering({"*.b.c", "*.b.c:80", "*.c", "*.a.b.c", "b.c"}),
            "*.b.c *.b.c:80 *.c");
  EXPECT_EQ(Covering({"10.2.0.0/16", "10.0.0.0/8", "10.2.2.0/24", "10.2.0.0",
                      "10.2.0.0/15"}),
            "10.2.0.0/16 10.2.0.0/15 10.0.0.0/8");
  EXPECT_EQ(Covering({"c", "*.c", "b.c"}), "c");
}

// An index of blocks around 10.2.2.5, each in the list that `lists` says: 'w',
// 'i' or both, 'b', from 10.0.0.0/8 on.
RuleIndex Nested(absl::string_view lists) {
  RuleIndex::Builder builder;
  for (size_t i = 0; i < lists.size(); ++i) {
    const Rule rule = ParseRule(absl::StrCat("10.2.2.5/", 8 + i))->rule;
    const uint32_t position = static_cast<uint32_t>(i);
    if (lists[i] != 'i') builder.Add(rule, RuleList::kWhitelist, position);
    if (lists[i] != 'w') builder.Add(rule, RuleList::kInsecure, position);
  }
  return std::move(builder).Build();
}

std::string Narrowest(const RuleIndex& index) {
  std::vector<std::string> places;
  index.VisitNarrowest(*IpAddress::Parse("10.2.2.5"), [&](const RuleHit& hit) {
    places.push_back(absl::StrCat(
        hit.rule->list == RuleList::kInsecure ? "i" : "w", hit.narrowness));
  });
  return absl::StrJoin(places, " ");
}

TEST(RuleIndexTest, NarrowestMeetsEachListOnceHoweverDeepBlocksNest) {
  EXPECT_EQ(Narrowest(Nested("")), "");
  EXPECT_EQ(Narrowest(Nested("wwwwwwwwwwwwwwww")), "w23");
  EXPECT_EQ(Narrowest(Nested("iiiiiiii")), "i15");
  EXPECT_EQ(Narrowest(Nested("iiiiwwwwwwww")), "w19 i11");
  EXPECT_EQ(Narrowest(Nested("wiwiwiwiwiwi")), "i19 w18");
  EXPECT_EQ(Narrowest(Nested("iwwwwbwwww")), "w17 w13 i13");
  EXPECT_EQ(Narrowest(Nested("bbbbbb")), "w13 i13");
}

TEST(RuleIndexTest, NarrowestGoesOnPastRulesWithAPort) {
  RuleIndex::Builder builder;
  builder.Add(ParseRule("10.2.2.5:5000")->rule, RuleList::kInsecure, 0);
  builder.Add(ParseRule("https://10.2.2.5")->rule, RuleList::kWhitelist, 1);
  builder.Add(ParseRule("10.2.2.0/24")->rule, RuleList::kWhitelist, 2);
  builder.Add(ParseRule("10.2.0.0/16")->rule, RuleList::kWhitelist, 3);
  builder.Add(ParseRule("10.0.0.0/8")->rule, RuleList::kInsecure, 4);
  EXPECT_EQ(Narrowest(std::move(builder).Build()), "w32 i32 w24 i8");
}

}  // namespace
}  // namespace pullgate
