// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_SSL_ERRORS_H_
#define PULLGATE_COMMON_CRYPTO_SSL_ERRORS_H_

#include <string>

namespace pullgate {

// Empties this thread's OpenSSL error queue and returns it as one line, oldest
// first, "" if there was none. Call it after every OpenSSL call that failed, so
// that an old error is never blamed on a later call.
std::string DrainSslErrors();

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_SSL_ERRORS_H_
