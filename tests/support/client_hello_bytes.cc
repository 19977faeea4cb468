// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/client_hello_bytes.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "common/crypto/ssl_ptr.h"

namespace pullgate {
namespace {

constexpr size_t kRecordHeader = 5;
constexpr unsigned char kAlpn[] = "\x02h2\x08http/1.1";

struct Extension {
  std::string bytes;
};

int AddExtension(SSL*, unsigned int, unsigned int, const unsigned char** out,
                 size_t* size, X509*, size_t, int*, void* extension) {
  const std::string& bytes = static_cast<Extension*>(extension)->bytes;
  *out = reinterpret_cast<const unsigned char*>(bytes.data());
  *size = bytes.size();
  return 1;
}

int TakeExtension(SSL*, unsigned int, unsigned int, const unsigned char*,
                  size_t, X509*, size_t, int*, void*) {
  return 1;
}

std::string TwoBytes(size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

}  // namespace

std::string ClientHelloBytes(const ClientHelloOptions& options) {
  const SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  Extension extension = {std::string("\1\2\3\4")};
  if (options.extension != 0) {
    SSL_CTX_add_custom_ext(context.get(), options.extension,
                           SSL_EXT_CLIENT_HELLO, AddExtension, nullptr,
                           &extension, TakeExtension, nullptr);
  }
  const SslPtr ssl(SSL_new(context.get()));
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
  if (!options.server_name.empty()) {
    SSL_set_tlsext_host_name(ssl.get(), options.server_name.c_str());
  }
  if (options.alpn) SSL_set_alpn_protos(ssl.get(), kAlpn, sizeof kAlpn - 1);
  SSL_connect(ssl.get());
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

std::string InRecordsOf(size_t size, absl::string_view record) {
  const absl::string_view message = record.substr(kRecordHeader);
  std::string cut;
  for (size_t at = 0; at < message.size(); at += size) {
    const absl::string_view piece = message.substr(at, size);
    cut += std::string(record.substr(0, 3));
    cut += TwoBytes(piece.size());
    cut.append(piece.data(), piece.size());
  }
  return cut;
}

}  // namespace pullgate
