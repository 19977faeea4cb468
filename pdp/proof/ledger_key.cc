// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/ledger_key.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/pem_blocks.h"
#include "common/crypto/ssl_errors.h"
#include "common/files/read_file.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

constexpr size_t kMaxFile = 64 << 10;
constexpr size_t kMaxBlocks = 100;
constexpr size_t kRawBytes = 32;
constexpr size_t kSignatureBytes = 64;

using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, SslDelete<EVP_MD_CTX_free>>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string TakeText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);  // NOLINT: its type
  return std::string(data, size);
}

std::string PublicPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key);
  return TakeText(bio.get());
}

bool IsEd25519(const EvpPkeyPtr& key) {
  return key != nullptr && EVP_PKEY_base_id(key.get()) == EVP_PKEY_ED25519;
}

absl::Status Wrong(absl::string_view what) {
  DrainSslErrors();
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<std::vector<PemBlock>> BlocksOf(absl::string_view pem) {
  std::vector<PemBlock> blocks = FindPemBlocks(pem, kMaxBlocks);
  for (const PemBlock& block : blocks) {
    if (!block.problem.empty()) {
      return Wrong(absl::StrCat("a PEM block ", block.problem));
    }
  }
  return blocks;
}

absl::StatusOr<EvpPkeyPtr> ParsePublic(const std::string& der) {
  const unsigned char* position = Bytes(der);
  EvpPkeyPtr key(
      d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));  // NOLINT
  if (IsEd25519(key)) return key;
  return Wrong("a public key is not an Ed25519 key");
}

absl::StatusOr<EvpPkeyPtr> ParsePrivate(const std::string& der) {
  const unsigned char* position = Bytes(der);
  EvpPkeyPtr key(d2i_AutoPrivateKey(nullptr, &position,
                                    static_cast<long>(der.size())));  // NOLINT
  if (IsEd25519(key)) return key;
  return Wrong(
      "the private key is not an Ed25519 key: make one with "
      "\"openssl genpkey -algorithm ed25519\"");
}

absl::Status CheckMode(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return FileError(errno, path, "inspect");
  if ((info.st_mode & S_IRWXO) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path,
      ": everybody on this machine may use the ledger's key: chmod 0600, ",
      "and replace the key if somebody may have read it"));
}

absl::Status WriteAll(int fd, const std::string& path,
                      absl::string_view contents) {
  while (!contents.empty()) {
    const ssize_t count = write(fd, contents.data(), contents.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError(errno, path, "write");
    contents.remove_prefix(count);
  }
  if (fsync(fd) != 0) return FileError(errno, path, "flush");
  return absl::OkStatus();
}

absl::Status SyncDirectoryOf(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/') + 1) + ".";
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FileError(errno, directory, "open");
  const auto closer = absl::MakeCleanup([fd] { close(fd); });
  return fsync(fd) == 0 ? absl::OkStatus()
                        : FileError(errno, directory, "flush");
}

// Under another name first: a process killed meanwhile leaves no half key.
absl::Status MakeKeyFile(const std::string& path) {
  const std::string unfinished = path + ".new";
  unlink(unfinished.c_str());
  const int fd =
      open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return FileError(errno, unfinished, "make the ledger's key");
  const auto closer = absl::MakeCleanup([fd] { close(fd); });
  PULLGATE_RETURN_IF_ERROR(WriteAll(fd, unfinished, LedgerKey::NewPem()));
  // Unlike a rename, it replaces nothing.
  if (link(unfinished.c_str(), path.c_str()) != 0) {
    return FileError(errno, path, "make the ledger's key");
  }
  unlink(unfinished.c_str());
  return SyncDirectoryOf(path);
}

}  // namespace

absl::StatusOr<PublicKeys> PublicKeys::Parse(absl::string_view pem) {
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<PemBlock> blocks, BlocksOf(pem));
  PublicKeys keys;
  for (const PemBlock& block : blocks) {
    if (block.label != "PUBLIC KEY") continue;
    PULLGATE_ASSIGN_OR_RETURN(EvpPkeyPtr key, ParsePublic(block.bytes));
    PULLGATE_RETURN_IF_ERROR(keys.Add(std::move(key)));
  }
  if (keys.raw_.empty()) return Wrong("has no PEM block PUBLIC KEY");
  return keys;
}

absl::Status PublicKeys::Add(EvpPkeyPtr key) {
  Raw raw(kRawBytes, '\0');
  size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key.get(),
                                  reinterpret_cast<unsigned char*>(raw.data()),
                                  &size) != 1 ||
      size != kRawBytes) {
    return Wrong("a public key cannot be read");
  }
  raw_.push_back(std::move(raw));
  keys_.push_back(std::move(key));
  return absl::OkStatus();
}

bool PublicKeys::Verify(const Raw& key, absl::string_view text,
                        absl::string_view signature) const {
  const auto found = std::find(raw_.begin(), raw_.end(), key);
  if (found == raw_.end() || signature.size() != kSignatureBytes) return false;
  const MdCtxPtr context(EVP_MD_CTX_new());
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                           keys_[found - raw_.begin()].get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                       Bytes(text), text.size()) == 1;
  if (!good) DrainSslErrors();
  return good;
}

absl::StatusOr<LedgerKey> LedgerKey::FromPem(absl::string_view pem) {
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<PemBlock> blocks, BlocksOf(pem));
  LedgerKey key;
  for (const PemBlock& block : blocks) {
    if (block.label == "PRIVATE KEY") {
      if (key.private_key_ != nullptr) return Wrong("has two private keys");
      PULLGATE_ASSIGN_OR_RETURN(key.private_key_, ParsePrivate(block.bytes));
      key.public_pem_ = PublicPem(key.private_key_.get());
      PULLGATE_ASSIGN_OR_RETURN(PublicKeys own,
                                PublicKeys::Parse(key.public_pem_));
      PULLGATE_RETURN_IF_ERROR(key.keys_.Add(std::move(own.keys_.front())));
    } else if (block.label == "PUBLIC KEY") {
      if (key.private_key_ == nullptr) {
        return Wrong(
            "the private key must come first, then earlier public "
            "keys");
      }
      PULLGATE_ASSIGN_OR_RETURN(EvpPkeyPtr earlier, ParsePublic(block.bytes));
      PULLGATE_RETURN_IF_ERROR(key.keys_.Add(std::move(earlier)));
    } else {
      return Wrong(absl::StrCat("holds a ", block.label,
                                "; expected an Ed25519 PRIVATE KEY (PKCS #8) "
                                "without a password"));
    }
  }
  if (key.private_key_ == nullptr) return Wrong("has no PEM private key");
  return key;
}

std::string LedgerKey::NewPem() {
  const EvpPkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0,
                                nullptr, nullptr);
  return TakeText(bio.get());
}

absl::StatusOr<LedgerKey> LedgerKey::Open(const std::string& path) {
  PULLGATE_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxFile));
  PULLGATE_RETURN_IF_ERROR(CheckMode(path));
  absl::StatusOr<LedgerKey> key = FromPem(pem);
  if (key.ok()) return key;
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": ", key.status().message()));
}

absl::StatusOr<LedgerKey> LedgerKey::OpenOrMake(const std::string& path) {
  absl::StatusOr<LedgerKey> key = Open(path);
  if (!absl::IsNotFound(key.status())) return key;
  PULLGATE_RETURN_IF_ERROR(MakeKeyFile(path));
  return Open(path);
}

absl::StatusOr<std::string> LedgerKey::Sign(absl::string_view text) const {
  const MdCtxPtr context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                         private_key_.get()) == 1 &&
      EVP_DigestSign(context.get(),
                     reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(text), text.size()) == 1 &&
      size == kSignatureBytes) {
    return signature;
  }
  return absl::InternalError(
      absl::StrCat("cannot sign a checkpoint: ", DrainSslErrors()));
}

}  // namespace pullgate::pdp
