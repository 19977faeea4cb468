// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/public_ca_set.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/parse_certificate.h"
#include "common/crypto/pem_blocks.h"
#include "common/crypto/sha256.h"
#include "common/crypto/ssl_ptr.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

constexpr size_t kMaxBytes = 16 << 20;
constexpr size_t kMaxBlocks = 10000;

// Closes a descriptor at the end of a scope.
class ScopedFd {
 public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ~ScopedFd() {
    if (fd_ >= 0) close(fd_);
  }
  ScopedFd(const ScopedFd&) = delete;
  ScopedFd& operator=(const ScopedFd&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status CannotRead(const std::string& file, int error) {
  return absl::ErrnoToStatus(
      error, absl::StrCat("cannot read the public CA certificates ", file));
}

// The contents, and what fstat(2) says about the very file they came from.
absl::StatusOr<std::string> ReadFile(const std::string& file,
                                     struct stat& stamp) {
  const ScopedFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0 || fstat(fd.get(), &stamp) != 0) {
    return CannotRead(file, errno);
  }
  std::string text;
  char buffer[1 << 16];
  while (text.size() <= kMaxBytes) {
    const ssize_t size = read(fd.get(), buffer, sizeof(buffer));
    if (size == 0) return text;
    if (size > 0) {
      text.append(buffer, size);
    } else if (errno != EINTR) {
      return CannotRead(file, errno);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the public CA certificates ", file,
                   " are more than 16 MiB: not a CA bundle"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PublicCaSet>> PublicCaSet::Load(
    const std::string& pem_file) {
  struct stat stamp = {};
  PULLGATE_ASSIGN_OR_RETURN(const std::string text, ReadFile(pem_file, stamp));
  std::shared_ptr<PublicCaSet> set(new PublicCaSet(pem_file, stamp));
  std::map<std::string, X509Ptr> by_digest;
  for (const PemBlock& block : FindPemBlocks(text, kMaxBlocks)) {
    absl::StatusOr<X509Ptr> certificate = ParseCertificateDer(block.bytes);
    if (!certificate.ok()) {
      ++set->passed_over_;
      continue;
    }
    std::string digest = Sha256OfCertificate(**certificate);
    by_digest.emplace(std::move(digest), *std::move(certificate));
  }
  if (by_digest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(pem_file,
                     " has no PEM certificate; expected the bundle "
                     "of the package ca-certificates"));
  }
  std::vector<absl::string_view> digests;
  for (auto& [digest, certificate] : by_digest) {
    digests.emplace_back(digest);
    set->certificates_.push_back(std::move(certificate));
  }
  set->index_ = CertificateIndex(set->certificates_);
  set->digest_ = absl::BytesToHexString(Sha256OfFields(digests));
  return set;
}

bool PublicCaSet::ChangedOnDisk() const {
  struct stat now = {};
  if (stat(pem_file_.c_str(), &now) != 0) return false;
  return now.st_dev != stamp_.st_dev || now.st_ino != stamp_.st_ino ||
         now.st_size != stamp_.st_size ||
         now.st_mtim.tv_sec != stamp_.st_mtim.tv_sec ||
         now.st_mtim.tv_nsec != stamp_.st_mtim.tv_nsec;
}

}  // namespace pullgate
