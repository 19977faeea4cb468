// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Certificates for tests, made in-process: good ones in a line, bad ones by
// changing one option.
//
//   const TestCertificate root = MakeTestRoot("Test Root");
//   const TestCertificate leaf =
//       root.Issue(TestLeafOptions({"registry.example.com"}));

#ifndef PULLGATE_TESTS_SUPPORT_TEST_CA_H_
#define PULLGATE_TESTS_SUPPORT_TEST_CA_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

struct TestCertificateOptions {
  enum class Key { kP256, kRsa2048, kRsa1024 };

  // Empty: an empty subject.
  std::string common_name = "test";
  // SANs. Names may hold any byte; addresses are text, or "hex:0a0203" for
  // octets that are none. None at all: no extension.
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  std::vector<std::string> uris;
  // Valid for a long time by any clock a test may use.
  absl::Time not_before = absl::FromUnixSeconds(1577836800);  // 2020-01-01
  absl::Time not_after = absl::FromUnixSeconds(2493072000);   // 2049-01-01
  // Absent: no basicConstraints.
  std::optional<bool> ca;
  std::optional<int> path_length;
  // As OpenSSL's configuration spells them: "critical,keyCertSign,cRLSign",
  // "serverAuth". Empty: no extension.
  std::string key_usage;
  std::string extended_key_usage;
  // "permitted;DNS:example.com".
  std::string name_constraints;
  int version = 3;
  Key key = Key::kP256;
  bool sha1_signature = false;
};

// A certificate with its private key. Move-only.
struct TestCertificate {
  X509Ptr certificate;
  EvpPkeyPtr key;

  // A certificate signed by this one, whatever this one is.
  TestCertificate Issue(const TestCertificateOptions& options) const;
  // The same names and key under other options: for renewed and cross-signed
  // CAs.
  TestCertificate Reissue(const TestCertificate& of,
                          const TestCertificateOptions& options) const;

  std::string Pem() const;
  std::string KeyPem() const;
};

TestCertificate MakeSelfSigned(const TestCertificateOptions& options);

// CA:TRUE, keyUsage keyCertSign.
TestCertificateOptions TestCaOptions(absl::string_view common_name);
// CA:FALSE, EKU serverAuth. What parses as an address becomes an iPAddress SAN,
// the rest dNSName SANs.
TestCertificateOptions TestLeafOptions(const std::vector<std::string>& names);

TestCertificate MakeTestRoot(absl::string_view common_name);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_TEST_CA_H_
