// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_POLICY_CASE_TEXT_H_
#define PULLGATE_TESTS_COMMON_POLICY_CASE_TEXT_H_

#include <string>

#include "common/policy/evidence.h"
#include "common/policy/policy_text.h"
#include "common/registry/registry_address.h"
#include "tests/common/policy/oracle.h"

namespace pullgate::testing {

// The case, with the answer that is due, as a group of a file of
// tests/testdata/decisions, ready to be pasted.
std::string CaseText(const std::string& id, const PolicyText& policy,
                     const ProcessSettings& settings,
                     const RegistryAddress& question, const Evidence& evidence,
                     const Answer& due);

// "NOT_WHITELISTED"; "NONE" for a permit.
std::string ReasonName(DenyReason reason);
// "permit", "deny NOT_WHITELISTED".
std::string EffectText(Effect effect, DenyReason reason);
// "https 443 verified 10.2.2.5".
std::string RouteText(const Route& route);

// An answer as such a case says it, on one line.
std::string AnswerText(const Answer& answer);

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_COMMON_POLICY_CASE_TEXT_H_
