// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/pruned_epochs.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/sha256.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

absl::StatusOr<std::string> HashPrunedEpochs(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT vch, name, pruned_sequence, pruned_hash FROM "
                         "epoch WHERE pruned_sequence <> 0 OR pruned_hash <> "
                         "x'' ORDER BY vch, name"));
  std::string text;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return Sha256(text);
    absl::StrAppend(&text, select.Text(0), "/", select.Text(1), " ",
                    select.Int64(2), " ",
                    absl::BytesToHexString(select.Blob(3)), "\n");
  }
}

}  // namespace pullgate::pdp
