// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_LEDGER_TOOL_H_
#define PULLGATE_PDP_VERIFY_LEDGER_TOOL_H_

#include <ostream>
#include <string>
#include <vector>

namespace pullgate::pdp {

// What pullgate-ledger does.

// As it ends.
enum class LedgerExit {
  kGood = 0,          // everything is as it was signed
  kFound = 1,         // something is not, or the proof is wrong
  kNotVerifiable = 2  // it could not be told
};

struct LedgerToolOptions {
  std::string ledger;                    // the file to verify
  std::string proof;                     // or the proof to check
  std::string public_key;                // PEM file, one key or several
  std::vector<std::string> checkpoints;  // files with signed checkpoints
};

// Verifies a whole ledger: a line on `out` for each finding, and a closing
// line. What keeps it from verifying goes to `err`.
LedgerExit VerifyLedgerFile(const LedgerToolOptions& options, std::ostream& out,
                            std::ostream& err);

// Checks an exported proof: a line that says what it proves, or why it does
// not.
LedgerExit CheckProofFile(const LedgerToolOptions& options, std::ostream& out,
                          std::ostream& err);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_LEDGER_TOOL_H_
