// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_SCHEMA_H_
#define PULLGATE_PDP_LEDGER_LEDGER_SCHEMA_H_

#include "common/sqlite/schema.h"

namespace pullgate::pdp {

// The tables of the ledger's file.
const Schema& LedgerSchema();

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_SCHEMA_H_
