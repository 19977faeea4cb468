// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A registry on loopback that answers GET /v2/, well or badly.

#ifndef PULLGATE_TESTS_FAKES_REGISTRY_SERVER_H_
#define PULLGATE_TESTS_FAKES_REGISTRY_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/crypto/ssl_ptr.h"
#include "common/sync/mutex.h"
#include "tests/support/test_ca.h"

namespace pullgate {

struct RegistryServerOptions {
  // What it does with a connection before any TLS or HTTP of its own.
  enum class Opening {
    kServe,
    kClose,  // at once
    kReset,  // at once
    kResetAfterFirstData,
    kGarbage,            // says something that is neither TLS nor HTTP
    kSilent,             // until the peer closes
    kTlsAlert,           // answers the first data with handshake_failure
    kTlsPartThenSilent,  // answers with the start of a TLS record
    kTlsPartThenClose,
    kTlsPartThenReset,
    kTlsByteThenClose,  // only the first byte of a TLS record
    kTlsThenReset,      // at once after the handshake
  };
  // What it does with a request, after the handshake if there is one.
  enum class Answer {
    kResponse,  // `status` and `headers`
    kSilent,
    kClose,
    kGarbage,
    kReset,
    kResetInHeader,
    kHugeHeader,        // a megabyte of header lines
    kHugeHeaderLine,    // a megabyte in one line
    kEndlessInterim,    // 103 again and again
    kSlowHeader,        // byte by byte, and never done
    kEndlessBody,       // header, then body until the peer closes
    kHeaderThenSilent,  // a response whose body never comes
    kInterimFirst,      // 103, then the response
  };

  Opening opening = Opening::kServe;
  Answer answer = Answer::kResponse;
  std::string status = "200 OK";
  std::string headers = "Docker-Distribution-API-Version: registry/2.0\r\n";

  // Leaf first; empty: plain HTTP. Certificates are shared, not copied.
  std::vector<const TestCertificate*> chain;
  int max_tls_version = 0;  // TLS1_1_VERSION; 0: whatever OpenSSL does
  bool demand_client_certificate = false;

  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any
};

// Serves one connection after another on a thread of its own, from
// construction to destruction. Thread-safe.
class RegistryServer {
 public:
  // Null if the address cannot be bound.
  static std::unique_ptr<RegistryServer> Start(
      const RegistryServerOptions& options);
  ~RegistryServer();
  RegistryServer(const RegistryServer&) = delete;
  RegistryServer& operator=(const RegistryServer&) = delete;

  uint16_t port() const { return port_; }
  // Connections accepted so far.
  int connections() const ABSL_LOCKS_EXCLUDED(mu_);
  // The text of each request, header only.
  std::vector<std::string> requests() const ABSL_LOCKS_EXCLUDED(mu_);
  // The server name of each handshake, "" for none.
  std::vector<std::string> server_names() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  RegistryServer(const RegistryServerOptions& options, int listener,
                 int stopper, uint16_t port);

  void Run();
  void Serve(int fd);
  void ServeTls(int fd);
  // False: the peer is gone, or it is time to stop.
  bool AwaitReadable(int fd) const;
  void Drain(int fd) const;
  SslCtxPtr MakeContext() const;

  const RegistryServerOptions options_;
  const int listener_;
  const int stopper_;
  const uint16_t port_;
  SslCtxPtr context_;

  mutable Mutex mu_;
  int connections_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> server_names_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;  // last: uses all of the above
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_REGISTRY_SERVER_H_
