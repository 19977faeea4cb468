// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/hosts_file.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

class HostsFileTest : public testing::Test {
 protected:
  void Write(const std::string& text) {
    // By rename, so that each writing is another file.
    const std::string fresh = directory_.File("new");
    WriteFile(fresh, text);
    ASSERT_EQ(std::rename(fresh.c_str(), path_.c_str()), 0);
  }

  // "192.0.2.7 192.0.2.8", or the error.
  static std::string Find(HostsFile& file, absl::string_view name) {
    const auto found = file.Find(DnsName::Parse(name).value());
    if (!found.ok()) return found.status().ToString();
    std::string text;
    for (const IpAddress& address : *found) {
      text += (text.empty() ? "" : " ") + address.ToString();
    }
    return text;
  }

  TempDir directory_;
  const std::string path_ = directory_.File("hosts");
};

TEST_F(HostsFileTest, FindsNamesAndAliasesInAnyCase) {
  Write(
      "127.0.0.1\tlocalhost\n"
      "192.0.2.7  Registry.Example registry # the first\n"
      "2001:db8::7 registry.example.\n");
  HostsFile file(path_);
  EXPECT_EQ(Find(file, "localhost"), "127.0.0.1");
  EXPECT_EQ(Find(file, "registry.example"), "192.0.2.7 2001:db8::7");
  EXPECT_EQ(Find(file, "registry"), "192.0.2.7");
  EXPECT_EQ(Find(file, "the"), "");
  EXPECT_EQ(Find(file, "other"), "");
}

TEST_F(HostsFileTest, PassesOverLinesItCannotRead) {
  Write(
      "# comment\n\n192.0.2.7\n300.1.2.3 a\nfe80::1%lo0 b\n"
      "0x7f.1 c\n192.0.2.8 d\r\n192.0.2.9 e");
  HostsFile file(path_);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(Find(file, name), "");
  EXPECT_EQ(Find(file, "d"), "192.0.2.8");
  EXPECT_EQ(Find(file, "e"), "192.0.2.9");
}

TEST_F(HostsFileTest, GivesEachAddressOnce) {
  Write("192.0.2.8 a\n192.0.2.7 a a\n192.0.2.8 a\n");
  HostsFile file(path_);
  EXPECT_EQ(Find(file, "a"), "192.0.2.7 192.0.2.8");
}

TEST_F(HostsFileTest, SeesChanges) {
  HostsFile file(path_);
  EXPECT_EQ(Find(file, "a"), "");
  Write("192.0.2.7 a\n");
  EXPECT_EQ(Find(file, "a"), "192.0.2.7");
  Write("192.0.2.8 a\n");
  EXPECT_EQ(Find(file, "a"), "192.0.2.8");
  ASSERT_EQ(unlink(path_.c_str()), 0);
  EXPECT_EQ(Find(file, "a"), "");
}

TEST_F(HostsFileTest, IsEmptyWithoutAPath) {
  HostsFile file("");
  EXPECT_EQ(Find(file, "localhost"), "");
}

TEST_F(HostsFileTest, DoesNotGuessWhatAnUnreadableFileSays) {
  HostsFile directory(directory_.path());
  EXPECT_TRUE(absl::IsUnavailable(
      directory.Find(DnsName::Parse("a").value()).status()));
  HostsFile below_a_file("/dev/null/hosts");
  EXPECT_TRUE(absl::IsUnavailable(
      below_a_file.Find(DnsName::Parse("a").value()).status()));
}

TEST_F(HostsFileTest, RefusesFilesOverTheBound) {
  Write("192.0.2.7 a\n");
  ASSERT_EQ(truncate(path_.c_str(), kMaxHostsFileBytes + 1), 0);
  HostsFile file(path_);
  EXPECT_TRUE(
      absl::IsUnavailable(file.Find(DnsName::Parse("a").value()).status()));
}

}  // namespace
}  // namespace pullgate
