// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/hosts_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::Status CannotRead(absl::string_view path, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("the hosts file ", path, " cannot be read: ", why));
}

auto VersionOf(const struct stat& status) {
  return std::make_tuple(status.st_dev, status.st_ino, status.st_size,
                         status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                         status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

// Name by name: each address once, in order.
void SortAddresses(HostsFile::Table& table) {
  for (auto& [name, addresses] : table) {
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()),
                    addresses.end());
  }
}

}  // namespace

HostsFile::Table HostsFile::Parse(absl::string_view text) {
  Table table;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = line.substr(0, line.find('#'));
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.size() < 2) continue;
    const absl::StatusOr<IpAddress> address = IpAddress::Parse(words[0]);
    if (!address.ok()) continue;
    for (size_t i = 1; i < words.size(); ++i) {
      std::string name = absl::AsciiStrToLower(words[i]);
      if (absl::EndsWith(name, ".")) name.pop_back();
      table[std::move(name)].push_back(*address);
    }
  }
  SortAddresses(table);
  return table;
}

absl::StatusOr<std::vector<IpAddress>> HostsFile::Find(const DnsName& name) {
  if (path_.empty()) return std::vector<IpAddress>();
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(Refresh());
  const auto found = table_.find(name.text());
  if (found == table_.end()) return std::vector<IpAddress>();
  return found->second;
}

absl::Status HostsFile::Refresh() {
  struct stat status = {};
  if (stat(path_.c_str(), &status) != 0) {
    if (errno != ENOENT) return CannotRead(path_, std::strerror(errno));
    table_.clear();
    version_ = {};
    return absl::OkStatus();
  }
  if (VersionOf(status) == version_) return absl::OkStatus();
  return Read();
}

absl::Status HostsFile::Read() {
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return CannotRead(path_, std::strerror(errno));
  const absl::Cleanup close_file = [file] { close(file); };
  // The version before the content: a change in between is seen next time.
  struct stat status = {};
  if (fstat(file, &status) != 0) return CannotRead(path_, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return CannotRead(path_, "not a file");
  std::string text;
  char chunk[16 << 10];
  ssize_t count = 0;
  while ((count = read(file, chunk, sizeof(chunk))) > 0) {
    text.append(chunk, count);
    if (text.size() > kMaxHostsFileBytes) {
      return CannotRead(
          path_, absl::StrCat("more than ", kMaxHostsFileBytes, " bytes"));
    }
  }
  if (count < 0) return CannotRead(path_, std::strerror(errno));
  table_ = Parse(text);
  version_ = VersionOf(status);
  return absl::OkStatus();
}

}  // namespace pullgate
