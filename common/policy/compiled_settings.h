// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_COMPILED_SETTINGS_H_
#define PULLGATE_COMMON_POLICY_COMPILED_SETTINGS_H_

#include <vector>

#include "common/policy/finding.h"
#include "common/policy/policy_text.h"
#include "common/policy/protected_set.h"
#include "common/policy/rule_index.h"

namespace pullgate {

// What was read of a PDP's process-wide settings.
struct CompiledSettings {
  ProtectedSet protected_registries;
  // List kUnpinnable.
  RuleIndex unpinnable;
  // Errors and notices; with an error the rest is not complete.
  std::vector<Finding> findings;
};

CompiledSettings CompileSettings(const ProcessSettings& settings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_COMPILED_SETTINGS_H_
