// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_HOSTS_FILE_H_
#define PULLGATE_COMMON_DNS_HOSTS_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <ctime>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"
#include "common/sync/mutex.h"

namespace pullgate {

// A file larger than this is not read.
inline constexpr size_t kMaxHostsFileBytes = 16 << 20;

// The names of a file in the format of hosts(5). Lines that are not of this
// format, addresses with a zone and names that are no DNS names are passed
// over, as the C library does. A name on several lines has all their addresses.
//
// Each look-up first sees whether the file changed, and reads it again if so: a
// few microseconds, no network. Thread-safe.
class HostsFile {
 public:
  using Table = absl::flat_hash_map<std::string, std::vector<IpAddress>>;

  // An empty path is a file without entries.
  explicit HostsFile(std::string path) : path_(std::move(path)) {}

  // Sorted and without repeats; empty when the name is not listed or there is
  // no such file. Unavailable: the file is there and cannot be read, so nobody
  // knows what it says about the name.
  absl::StatusOr<std::vector<IpAddress>> Find(const DnsName& name)
      ABSL_LOCKS_EXCLUDED(mu_);

  static Table Parse(absl::string_view text);

 private:
  // What tells one state of the file from another: device, inode, size, and
  // the times of the last change to content and metadata in seconds and
  // nanoseconds.
  using Version = std::tuple<dev_t, ino_t, off_t, time_t, long, time_t, long>;

  absl::Status Refresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status Read() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string path_;
  Mutex mu_;
  Version version_ ABSL_GUARDED_BY(mu_);
  Table table_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_HOSTS_FILE_H_
