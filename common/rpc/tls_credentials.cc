// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/tls_credentials.h"

#include <grpcpp/security/tls_credentials_options.h>

#include <memory>
#include <utility>

#include "absl/memory/memory.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

namespace tls = grpc::experimental;

// The shortest that gRPC's watcher can: it only reads our own copies.
constexpr unsigned int kProviderSeconds = 1;

}  // namespace

absl::StatusOr<std::unique_ptr<TlsCredentials>> TlsCredentials::Start(
    TlsFilePaths files, const TlsRotationOptions& options, Observer observer) {
  PULLGATE_ASSIGN_OR_RETURN(TlsMaterial first, LoadTlsMaterial(files));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<TlsDirectory> directory,
                            TlsDirectory::Create(options.directory));
  // Before gRPC's watcher looks for the first time.
  PULLGATE_RETURN_IF_ERROR(directory->Publish(first));
  return absl::WrapUnique(
      new TlsCredentials(std::move(files), options, std::move(observer),
                         std::move(first), std::move(directory)));
}

TlsCredentials::TlsCredentials(TlsFilePaths files,
                               const TlsRotationOptions& options,
                               Observer observer, TlsMaterial first,
                               std::unique_ptr<TlsDirectory> directory)
    : files_(std::move(files)),
      options_(options),
      observer_(std::move(observer)),
      in_use_(std::move(first)),
      directory_(std::move(directory)) {
  const TlsFilePaths published = directory_->paths();
  provider_ = std::make_shared<tls::FileWatcherCertificateProvider>(
      published.key, published.certificate, published.ca, kProviderSeconds);
  watcher_ = std::thread([this] { Watch(); });
}

TlsCredentials::~TlsCredentials() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    stop_.NotifyAll();
  }
  watcher_.join();
}

std::shared_ptr<grpc::ServerCredentials> TlsCredentials::ForServer() const {
  tls::TlsServerCredentialsOptions options(provider_);
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  options.set_cert_request_type(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> TlsCredentials::ForChannel() const {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider_);
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  options.set_verify_server_certs(true);
  options.set_certificate_verifier(
      std::make_shared<tls::HostNameCertificateVerifier>());
  options.set_check_call_host(true);
  return tls::TlsCredentials(options);
}

absl::Status TlsCredentials::Reload() {
  MutexLock lock(&mu_);
  return Refresh();
}

TlsMaterial TlsCredentials::in_use() const {
  MutexLock lock(&mu_);
  return in_use_;
}

absl::Status TlsCredentials::Refresh() {
  absl::StatusOr<TlsMaterial> found = LoadTlsMaterial(files_);
  absl::Status status = found.status();
  if (status.ok()) {
    if (*found == in_use_) {
      last_failure_ = absl::OkStatus();
      return status;
    }
    status = directory_->Publish(*found);
  }
  if (status.ok()) in_use_ = *std::move(found);
  // The same failure, seen again at every look, is one piece of news.
  const bool is_news = status.ok() || status != last_failure_;
  last_failure_ = status;
  if (is_news && observer_) observer_(status, in_use_);
  return status;
}

void TlsCredentials::Watch() {
  MutexLock lock(&mu_);
  while (!stopping_) {
    if (stop_.WaitFor(&mu_, options_.interval)) continue;
    (void)Refresh();  // the observer has been told
  }
}

}  // namespace pullgate
