// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "google/protobuf/stubs/logging.h"
#include "pdp/verify/ledger_tool.h"

ABSL_FLAG(std::string, ledger, "",
          "verify: the file ledger.db of a PDP, which may be running, or a "
          "copy of it (together with ledger.db-wal, if there is one).");
ABSL_FLAG(std::string, proof, "",
          "check: a file with the JSON that GetInclusionProof or "
          "GetConsistencyProof answered.");
ABSL_FLAG(std::string, public_key, "",
          "A PEM file with the public key of the PDP, and those before it.");
ABSL_FLAG(std::vector<std::string>, checkpoint, {},
          "Files with checkpoints that were kept elsewhere, separated by "
          "commas: the signed text, or the JSON that GetCheckpoint answered.");

namespace {

constexpr char kUsage[] =
    R"(Tells whether the audit ledger of a pullgate PDP was changed.

  pullgate-ledger verify --ledger=FILE --public_key=PEM [--checkpoint=FILE,...]
  pullgate-ledger check  --proof=FILE  --public_key=PEM [--checkpoint=FILE,...]

verify reads a whole ledger and prints one line for each finding, which names
the position, the event and what is wrong, and a closing line. Nothing is
changed. Without a checkpoint that was kept elsewhere it cannot tell whether a
ledger was put back to an earlier state of itself.

check verifies a proof that was exported, without a ledger.

Ends with 0: good; 1: something was found; 2: it could not be told.)";

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(kUsage);
  absl::FlagsUsageConfig usage;
  usage.contains_help_flags = [](absl::string_view file) {
    return absl::EndsWith(file, "ledger_main.cc");
  };
  absl::SetFlagsUsageConfig(usage);
  const std::vector<char*> words = absl::ParseCommandLine(argc, argv);
  // What does not parse is a finding, which says more than the parser's own
  // message on standard error.
  google::protobuf::SetLogHandler(nullptr);

  pullgate::pdp::LedgerToolOptions options;
  options.ledger = absl::GetFlag(FLAGS_ledger);
  options.proof = absl::GetFlag(FLAGS_proof);
  options.public_key = absl::GetFlag(FLAGS_public_key);
  options.checkpoints = absl::GetFlag(FLAGS_checkpoint);
  const std::string command = words.size() == 2 ? words[1] : "";
  auto exit = pullgate::pdp::LedgerExit::kNotVerifiable;
  if (command == "verify") {
    exit = pullgate::pdp::VerifyLedgerFile(options, std::cout, std::cerr);
  } else if (command == "check") {
    exit = pullgate::pdp::CheckProofFile(options, std::cout, std::cerr);
  } else {
    std::cerr << kUsage << "\n\nMore with --help.\n";
  }
  return static_cast<int>(exit);
}
