// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/spiffe_pki.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {

SpiffePki::SpiffePki(absl::string_view name) : root_(MakeTestRoot(name)) {}

TestCertificate SpiffePki::IssueServer(
    const std::vector<std::string>& hosts) const {
  return root_.Issue(TestLeafOptions(hosts));
}

TestCertificate SpiffePki::IssueClient(
    const std::vector<std::string>& uris) const {
  TestCertificateOptions options = TestLeafOptions({});
  options.uris = uris;
  // Both, as SPIFFE implementations issue them: only the names tell client and
  // server apart.
  options.extended_key_usage = "clientAuth,serverAuth";
  return root_.Issue(options);
}

TlsFilePaths SpiffePki::Write(const std::string& directory,
                              absl::string_view name,
                              const TestCertificate& certificate) const {
  const std::string base = absl::StrCat(directory, "/", name);
  const TlsFilePaths paths = {base + ".pem", base + ".key", base + ".ca"};
  ReplaceFile(paths.key, certificate.KeyPem());
  ReplaceFile(paths.certificate, certificate.Pem());
  ReplaceFile(paths.ca, CaPem());
  return paths;
}

TlsFilePaths SpiffePki::WriteServer(
    const std::string& directory, absl::string_view name,
    const std::vector<std::string>& hosts) const {
  return Write(directory, name, IssueServer(hosts));
}

TlsFilePaths SpiffePki::WriteClient(
    const std::string& directory, absl::string_view name,
    const std::vector<std::string>& uris) const {
  return Write(directory, name, IssueClient(uris));
}

void ReplaceFile(const std::string& path, absl::string_view contents) {
  WriteFile(path + ".new", contents);
  EXPECT_EQ(rename((path + ".new").c_str(), path.c_str()), 0) << path;
}

}  // namespace pullgate
