// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/sha256.h"

#include <openssl/sha.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pullgate {

std::string Sha256(absl::string_view data) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
         reinterpret_cast<unsigned char*>(&digest[0]));
  return digest;
}

std::string Sha256OfFields(const std::vector<absl::string_view>& fields) {
  std::string all;
  for (const absl::string_view field : fields) {
    absl::StrAppend(&all, field.size(), ":", field);
  }
  return Sha256(all);
}

}  // namespace pullgate
