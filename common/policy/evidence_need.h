// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_EVIDENCE_NEED_H_
#define PULLGATE_COMMON_POLICY_EVIDENCE_NEED_H_

#include "common/policy/evaluate.h"
#include "common/policy/policy_index.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// Whether some evidence about the question could give another effect, another
// certificate check or other pins than no evidence does; if so, a look-up that
// failed leaves the question undecidable. `without`: what holds without any.
//
// Where only the reason of a denial is at stake it may say yes when the answer
// is no. Takes time linear in the number of rules at worst; as a rule the first
// one settles it.
bool EvidenceCouldMatter(const PolicyIndex& policy,
                         const RegistryAddress& question,
                         const Evaluation& without);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_EVIDENCE_NEED_H_
