// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The readers of addresses against second ones that share nothing with them, on
// random texts. Everything else that decides trusts these readers.

#include <arpa/inet.h>
#include <strings.h>

#include <initializer_list>
#include <optional>
#include <random>
#include <string>

#include "common/net/ip_address.h"
#include "common/registry/registry_address.h"
#include "gtest/gtest.h"
#include "tests/common/registry/plain_address.h"

namespace pullgate::testing {
namespace {

constexpr int kTexts = 100000;

// Texts that are addresses, or nearly so.
class RandomTexts {
 public:
  std::string Address() {
    std::string text = Either({"", "", "https://", "http://", "HTTP://"},
                              {"ftp://", "//", "http:/", "https://http://"});
    text += Host();
    text +=
        Either({"", "", ":443", ":80", ":5000", ":65535"},
               {":65536", ":0", ":00080", ":", ":http", ":-1", ":+80", ": 80"});
    text += Either({"", "", "", "/"}, {"//", "/v2/", "/a", "?", "#", "/."});
    return Damaged(text);
  }
  std::string Ip() { return Damaged(Chance(50) ? V4() : V6()); }

 private:
  int Below(int limit) {
    return static_cast<int>(random_() % static_cast<uint64_t>(limit));
  }
  bool Chance(int percent) { return Below(100) < percent; }
  std::string Pick(std::initializer_list<const char*> from) {
    return from.begin()[Below(static_cast<int>(from.size()))];
  }

  // Mostly what is well-formed.
  std::string Either(std::initializer_list<const char*> good,
                     std::initializer_list<const char*> bad) {
    return Chance(92) ? Pick(good) : Pick(bad);
  }

  std::string Host() {
    switch (Below(4)) {
      case 0:
        return V4();
      case 1:
        return V6();
      case 2:
        return "[" + V6() + "]";
      default:
        return Name();
    }
  }

  std::string Name() {
    std::string name = Label();
    for (int i = Below(5); i > 0; --i) {
      name += Either({"."}, {"..", "\u3002", "\uFF0E", "\uFF61"});
      name += Label();
    }
    return name + Either({"", "", "", "."}, {"..", "-"});
  }

  std::string Label() {
    if (Chance(2)) return std::string(60 + Below(6), 'a');
    if (Chance(1)) return std::string(63, 'b') + "." + std::string(63, 'c');
    return Either({"a", "registry", "EXAMPLE", "com", "x-y", "x--y", "1", "10",
                   "127", "017", "0x7f", "a1", "1a", "0xg", "localhost", "e3",
                   "08", "2130706433"},
                  {"0X7F", "0x", "-a", "a-", "_x", "99999999999999999999"});
  }

  std::string V4() {
    std::string text = Byte();
    for (int i = Chance(95) ? 3 : Below(6); i > 0; --i) text += "." + Byte();
    return text;
  }
  std::string Byte() {
    return Either({"0", "1", "9", "10", "99", "127", "255", "168", "192"},
                  {"256", "01", "0x1", "00", "", "1a"});
  }

  std::string V6() {
    std::string text;
    const bool compressed = Chance(70);
    const int groups = compressed ? Below(8) : Chance(92) ? 7 : 6;
    const int gap = compressed ? Below(groups + 1) : -1;
    for (int i = 0; i < groups; ++i) {
      text += i == gap ? (i == 0 ? "::" : ":") : "";
      text += Group() + ":";
    }
    if (gap == groups) text += groups == 0 ? "::" : ":";
    if (Chance(25)) return text + V4();
    return Chance(10) && gap == groups ? text : text + Group();
  }
  std::string Group() {
    return Either({"0", "1", "db8", "2001", "ffff", "FFFF", "00ab", "0000"},
                  {"12345", "g", ""});
  }

  // Now and then with a byte put in, taken out or replaced.
  std::string Damaged(std::string text) {
    while (Chance(15)) {
      const size_t at = static_cast<size_t>(Below(text.size() + 1));
      const std::string put =
          Chance(30)  ? ""
          : Chance(5) ? Pick({"\u00AD", "\u200B", "\u00A0", "\t", "\n"})
                      : std::string(1, kBytes[Below(sizeof(kBytes) - 1)]);
      text.replace(at, at < text.size() ? Below(2) : 0, put);
    }
    return text;
  }

  static constexpr char kBytes[] = ".:/[]@?#%-_ *0123456789abcdefxXzZ~+,;=\\\"";
  std::mt19937_64 random_{11};
};

std::string Written(const IpAddress& address) {
  char shown[INET6_ADDRSTRLEN];
  return inet_ntop(address.is_v4() ? AF_INET : AF_INET6, address.bytes().data(),
                   shown, sizeof(shown));
}

PlainAddress InWords(const RegistryAddress& address) {
  PlainAddress words;
  if (address.scheme())
    words.scheme = std::string(SchemeName(*address.scheme()));
  words.is_name = address.name() != nullptr;
  words.host =
      words.is_name ? address.name()->text() : Written(*address.address());
  words.port = address.port().value_or(0);
  return words;
}

// What the second reader does not know.
bool IsInternationalised(const std::string& text) {
  for (size_t at = 0; at + 4 <= text.size(); ++at) {
    if (strncasecmp(text.c_str() + at, "xn--", 4) == 0) return true;
  }
  return false;
}

TEST(AddressPropertyTest, RegistryAddressesAreReadAsBySecondReader) {
  RandomTexts texts;
  int accepted = 0;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = texts.Address();
    if (IsInternationalised(text)) continue;
    const absl::StatusOr<RegistryAddress> read = RegistryAddress::Parse(text);
    const std::optional<PlainAddress> due = ReadPlainAddress(text);
    ASSERT_EQ(read.ok(), due.has_value()) << text << "\n" << read.status();
    if (!read.ok()) continue;
    ++accepted;
    ASSERT_TRUE(InWords(*read) == *due)
        << text << " is " << read->ToString() << ", not " << due->host;
    ASSERT_EQ(RegistryAddress::Parse(read->ToString()).value(), *read) << text;
  }
  // Neither all nor nothing, or the comparison is worth little.
  EXPECT_GT(accepted, kTexts / 20);
  EXPECT_LT(accepted, kTexts * 3 / 4);
}

TEST(AddressPropertyTest, IpAddressesAreReadAsByTheCLibrary) {
  RandomTexts texts;
  int accepted = 0;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = texts.Ip();
    const absl::StatusOr<IpAddress> read = IpAddress::Parse(text);
    const std::optional<std::string> due = ReadPlainIp(text);
    ASSERT_EQ(read.ok(), due.has_value()) << text << "\n" << read.status();
    if (!read.ok()) continue;
    ++accepted;
    ASSERT_EQ(Written(*read), *due) << text;
    ASSERT_EQ(IpAddress::Parse(read->ToString()).value(), *read) << text;
  }
  EXPECT_GT(accepted, kTexts / 20);
  EXPECT_LT(accepted, kTexts * 3 / 4);
}

// inet_aton takes "0x7f.1", "017.1" and "2130706433" for addresses, and so does
// getaddrinfo, which connections go through.
TEST(AddressPropertyTest, NoNameIsAnAddressToTheCLibrary) {
  RandomTexts texts;
  int names = 0;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = texts.Address();
    const absl::StatusOr<RegistryAddress> read = RegistryAddress::Parse(text);
    if (!read.ok() || read->name() == nullptr) continue;
    ++names;
    in_addr taken;
    ASSERT_EQ(inet_aton(read->name()->text().c_str(), &taken), 0) << text;
  }
  EXPECT_GT(names, kTexts / 50);
}

}  // namespace
}  // namespace pullgate::testing
