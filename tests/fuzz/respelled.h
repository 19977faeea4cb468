// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_FUZZ_RESPELLED_H_
#define PULLGATE_TESTS_FUZZ_RESPELLED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/registry/registry_address.h"

namespace pullgate::fuzz {

// Other ways to write an address, each of which must read as the same one.
std::vector<std::string> Respelled(const RegistryAddress& address);

// Eight groups of four digits; a mapped address if it is IPv4.
std::string WithoutCompression(const IpAddress& address);

}  // namespace pullgate::fuzz

#endif  // PULLGATE_TESTS_FUZZ_RESPELLED_H_
