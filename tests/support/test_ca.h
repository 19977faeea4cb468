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
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

struct TestCertificateOptions {
  enum class Key {
    kP256,
    kP384,
    kP192,
    kRsa2048,
    kRsa2052,
    kRsa1024,
    kEd25519,
    kDsa,
  };

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
  // As OpenSSL's configuration spells them; empty: no extension. Absent for the
  // authority: the issuer's key identifier, if it is another and has one.
  std::string subject_key_identifier = "hash";
  std::optional<std::string> authority_key_identifier;
  // Other extensions by their OIDs, as "critical,DER:0500" or "ASN1:UTF8:x"; an
  // OID may stand here twice.
  std::vector<std::pair<std::string, std::string>> other_extensions;
  bool critical_basic_constraints = true;
  // Hex; empty: the next one.
  std::string serial;
  int version = 3;
  Key key = Key::kP256;
  bool sha1_signature = false;
};

struct TestCrlOptions {
  absl::Time this_update = absl::FromUnixSeconds(1577836800);  // 2020-01-01
  // Absent: no nextUpdate.
  std::optional<absl::Time> next_update =
      absl::FromUnixSeconds(2493072000);  // 2049-01-01
  // Empty: no extension.
  std::string number = "1";
  // As other_extensions above.
  std::vector<std::pair<std::string, std::string>> extensions;
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

  // A list of this one's revoked certificates.
  X509CrlPtr Revoke(const std::vector<const TestCertificate*>& revoked,
                    const TestCrlOptions& options) const;

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
