// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_TLS_CREDENTIALS_H_
#define PULLGATE_COMMON_RPC_TLS_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/tls_directory.h"
#include "common/rpc/tls_material.h"
#include "common/sync/mutex.h"

namespace pullgate {

struct TlsRotationOptions {
  // How often the files are looked at. gRPC takes up what was found within
  // another second.
  absl::Duration interval = absl::Seconds(10);
  // Where to keep the copies that gRPC reads; see TlsDirectory::Create().
  std::string directory;
};

// Mutual TLS, 1.2 or newer and 1.3 where the peer can, whose certificate, key
// and CAs are read again when the files change. New handshakes then use the new
// ones; connections that are open go on. A peer that a removed CA vouched for
// is therefore cut off by the age limit of connections (server_settings.h).
//
// Files that do not fit together (LoadTlsMaterial) change nothing: the last
// good ones stay, and the observer is told once per change.
//
// Thread-safe. Outlives the servers and channels made from it.
class TlsCredentials {
 public:
  // Told the outcome of every change that was seen: the material now in use,
  // and OK or why the new files were not taken. On the watching thread, or that
  // of Reload(); must not call back.
  using Observer =
      std::function<void(const absl::Status&, const TlsMaterial& in_use)>;

  // Reads the files; fails as LoadTlsMaterial() does, so that a process does
  // not start with files that could never work.
  static absl::StatusOr<std::unique_ptr<TlsCredentials>> Start(
      TlsFilePaths files, const TlsRotationOptions& options, Observer observer);
  ~TlsCredentials();

  // Clients must present a certificate that the CAs vouch for, or the handshake
  // fails. Each call makes new credentials, for one listening port.
  std::shared_ptr<grpc::ServerCredentials> ForServer() const;

  // The server must present one too, for the host that the channel connects to
  // or, if that is set, for ChannelArguments::SetSslTargetNameOverride().
  std::shared_ptr<grpc::ChannelCredentials> ForChannel() const;

  // Looks at the files now: for SIGHUP. Returns what the observer is told, OK
  // when nothing has changed.
  absl::Status Reload() ABSL_LOCKS_EXCLUDED(mu_);

  TlsMaterial in_use() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  TlsCredentials(TlsFilePaths files, const TlsRotationOptions& options,
                 Observer observer, TlsMaterial first,
                 std::unique_ptr<TlsDirectory> directory);

  // Takes the files if they are good and new.
  absl::Status Refresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Watch() ABSL_LOCKS_EXCLUDED(mu_);

  const TlsFilePaths files_;
  const TlsRotationOptions options_;
  const Observer observer_;
  mutable Mutex mu_;
  CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  TlsMaterial in_use_ ABSL_GUARDED_BY(mu_);
  absl::Status last_failure_ ABSL_GUARDED_BY(mu_);
  const std::unique_ptr<TlsDirectory> directory_ ABSL_PT_GUARDED_BY(mu_);
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;
  std::thread watcher_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_TLS_CREDENTIALS_H_
