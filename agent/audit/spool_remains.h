// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_REMAINS_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_REMAINS_H_

#include <cstdint>
#include <string>

namespace pullgate::agent {

// What can still be known of a spool that cannot be opened.
struct SpoolRemains {
  std::string epoch;          // empty: nothing
  int64_t last_sequence = 0;  // at least so many were given out; 0: unknown
};

// Looks at the files of the spool whose database is, or was, at `path`: they
// may be damaged, or missing. Changes nothing but what SQLite does to read.
SpoolRemains RemainsOfSpool(const std::string& path);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_REMAINS_H_
