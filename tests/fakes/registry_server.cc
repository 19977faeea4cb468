// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/registry_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/crypto/ssl_ptr.h"
#include "common/sync/mutex.h"
#include "tests/support/test_ca.h"

namespace pullgate {
namespace {

using Answer = RegistryServerOptions::Answer;
using Opening = RegistryServerOptions::Opening;

constexpr size_t kMaxRequestBytes = 64 << 10;
constexpr int kPauseMillis = 5;
// The header of a handshake record of 512 bytes, and its first byte.
constexpr absl::string_view kTlsPart("\x16\x03\x03\x02\x00\x02", 6);
// Fatal, handshake_failure.
constexpr absl::string_view kTlsAlert("\x15\x03\x03\x00\x02\x02\x28", 7);
constexpr absl::string_view kGarbage = "SSH-2.0-OpenSSH_9.2\r\n";

// A connection, encrypted or not.
struct Stream {
  std::function<int(char*, int)> read;
  std::function<int(const char*, int)> write;
  // A moment; true: it is time to stop.
  std::function<bool()> pause;
};

bool WriteAll(const Stream& stream, absl::string_view data) {
  while (!data.empty()) {
    const int size = stream.write(data.data(), static_cast<int>(data.size()));
    if (size <= 0) return false;
    data.remove_prefix(size);
  }
  return true;
}

std::string ReadRequest(const Stream& stream) {
  std::string request;
  char buffer[4096];
  while (!absl::StrContains(request, "\r\n\r\n") &&
         request.size() < kMaxRequestBytes) {
    const int size = stream.read(buffer, sizeof(buffer));
    if (size <= 0) break;
    request.append(buffer, size);
    // A ClientHello, most likely: no HTTP server waits for more of it.
    if (!absl::ascii_isupper(request[0])) break;
  }
  return request;
}

void AwaitEnd(const Stream& stream) {
  char buffer[4096];
  while (stream.read(buffer, sizeof(buffer)) > 0) {
  }
}

void WriteAnswer(const Stream& stream, const RegistryServerOptions& options) {
  const std::string header =
      absl::StrCat("HTTP/1.1 ", options.status, "\r\n", options.headers);
  switch (options.answer) {
    case Answer::kResponse:
      WriteAll(stream, absl::StrCat(header, "Content-Length: 2\r\n\r\n{}"));
      return;
    case Answer::kSilent:
      return AwaitEnd(stream);
    case Answer::kClose:
      return;
    case Answer::kGarbage:
      WriteAll(stream, kGarbage);
      return;
    case Answer::kReset:
      return;
    case Answer::kResetInHeader:
      WriteAll(stream, header);
      return;
    case Answer::kHugeHeaderLine:
      WriteAll(stream, absl::StrCat(header, "X-Long: ",
                                    std::string(1 << 20, 'x'), "\r\n\r\n"));
      return;
    case Answer::kEndlessInterim:
      while (WriteAll(stream, "HTTP/1.1 103 Early Hints\r\n\r\n")) {
      }
      return;
    case Answer::kSlowHeader:
      WriteAll(stream, header);
      while (!stream.pause() && WriteAll(stream, "X")) {
      }
      return;
    case Answer::kHugeHeader:
      WriteAll(stream, header);
      for (int i = 0; i < 1024; ++i) {
        const std::string value(1000, 'x');
        if (!WriteAll(stream, absl::StrCat("X-", i, ": ", value, "\r\n"))) {
          return;
        }
      }
      WriteAll(stream, "\r\n");
      return;
    case Answer::kEndlessBody:
      WriteAll(stream, absl::StrCat(header, "\r\n"));
      while (WriteAll(stream, std::string(4096, 'x'))) {
      }
      return;
    case Answer::kHeaderThenSilent:
      WriteAll(stream, absl::StrCat(header, "Content-Length: 2\r\n\r\n"));
      return AwaitEnd(stream);
    case Answer::kInterimFirst:
      WriteAll(stream, absl::StrCat("HTTP/1.1 103 Early Hints\r\n\r\n", header,
                                    "Content-Length: 0\r\n\r\n"));
      return;
  }
}

void ResetOnClose(int fd) {
  const linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

// A listening socket, or -1.
int Listen(const std::string& address, uint16_t& port) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(sockaddr_in);
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
  } else {
    inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    size = sizeof(sockaddr_in6);
  }
  const int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  auto* const any = reinterpret_cast<sockaddr*>(&storage);
  if (bind(fd, any, size) != 0 || listen(fd, 16) != 0 ||
      getsockname(fd, any, &size) != 0) {
    close(fd);
    return -1;
  }
  port = ntohs(storage.ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
  return fd;
}

}  // namespace

std::unique_ptr<RegistryServer> RegistryServer::Start(
    const RegistryServerOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  uint16_t port = options.port;
  const int listener = Listen(options.address, port);
  if (listener < 0) return nullptr;
  const int stopper = eventfd(0, EFD_CLOEXEC);
  std::unique_ptr<RegistryServer> server(
      new RegistryServer(options, listener, stopper, port));
  server->thread_ = std::thread([raw = server.get()] { raw->Run(); });
  return server;
}

RegistryServer::RegistryServer(const RegistryServerOptions& options,
                               int listener, int stopper, uint16_t port)
    : options_(options),
      listener_(listener),
      stopper_(stopper),
      port_(port),
      context_(options.chain.empty() ? nullptr : MakeContext()) {}

RegistryServer::~RegistryServer() {
  const uint64_t one = 1;
  if (write(stopper_, &one, sizeof(one)) < 0) abort();
  thread_.join();
  close(listener_);
  close(stopper_);
}

int RegistryServer::connections() const {
  MutexLock lock(&mu_);
  return connections_;
}

std::vector<std::string> RegistryServer::requests() const {
  MutexLock lock(&mu_);
  return requests_;
}

std::vector<std::string> RegistryServer::server_names() const {
  MutexLock lock(&mu_);
  return server_names_;
}

SslCtxPtr RegistryServer::MakeContext() const {
  SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  // Weak keys and old versions are among what is tested.
  SSL_CTX_set_cipher_list(context.get(), "DEFAULT:@SECLEVEL=0");
  if (options_.max_tls_version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), options_.max_tls_version);
  }
  const TestCertificate& leaf = *options_.chain.front();
  SSL_CTX_use_certificate(context.get(), leaf.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), leaf.key.get());
  for (size_t i = 1; i < options_.chain.size(); ++i) {
    SSL_CTX_add1_chain_cert(context.get(),
                            options_.chain[i]->certificate.get());
  }
  if (options_.demand_client_certificate) {
    SSL_CTX_set_verify(context.get(),
                       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
  }
  return context;
}

bool RegistryServer::AwaitReadable(int fd) const {
  pollfd fds[] = {{fd, POLLIN, 0}, {stopper_, POLLIN, 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
  return fds[1].revents == 0;
}

void RegistryServer::Drain(int fd) const {
  char buffer[4096];
  while (AwaitReadable(fd) && recv(fd, buffer, sizeof(buffer), 0) > 0) {
  }
}

void RegistryServer::Run() {
  while (AwaitReadable(listener_)) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    {
      MutexLock lock(&mu_);
      ++connections_;
    }
    Serve(fd);
    close(fd);
  }
}

void RegistryServer::Serve(int fd) {
  const auto say_and = [&](absl::string_view what) {
    char buffer[4096];
    if (AwaitReadable(fd)) recv(fd, buffer, sizeof(buffer), 0);
    send(fd, what.data(), what.size(), MSG_NOSIGNAL);
  };
  switch (options_.opening) {
    case Opening::kServe:
    case Opening::kTlsThenReset:
      return ServeTls(fd);
    case Opening::kClose:
      return;
    case Opening::kReset:
      return ResetOnClose(fd);
    case Opening::kResetAfterFirstData:
      say_and("");
      return ResetOnClose(fd);
    case Opening::kGarbage:
      send(fd, kGarbage.data(), kGarbage.size(), MSG_NOSIGNAL);
      return Drain(fd);
    case Opening::kSilent:
      return Drain(fd);
    case Opening::kTlsAlert:
      say_and(kTlsAlert);
      shutdown(fd, SHUT_WR);
      return Drain(fd);
    case Opening::kTlsPartThenSilent:
      say_and(kTlsPart);
      return Drain(fd);
    case Opening::kTlsPartThenClose:
      say_and(kTlsPart);
      shutdown(fd, SHUT_WR);
      return Drain(fd);
    case Opening::kTlsPartThenReset:
      say_and(kTlsPart);
      return ResetOnClose(fd);
    case Opening::kTlsByteThenClose:
      say_and(kTlsPart.substr(0, 1));
      shutdown(fd, SHUT_WR);
      return Drain(fd);
  }
}

void RegistryServer::ServeTls(int fd) {
  Stream stream;
  SslPtr ssl;
  if (context_ != nullptr) {
    ssl.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    const bool accepted = SSL_accept(ssl.get()) == 1;
    const char* const name =
        SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
    {
      MutexLock lock(&mu_);
      server_names_.push_back(name == nullptr ? "" : name);
    }
    if (!accepted) {
      shutdown(fd, SHUT_WR);
      return Drain(fd);
    }
  }
  stream.read = [&](char* data, int size) -> int {
    if (ssl != nullptr && SSL_pending(ssl.get()) > 0) {
      return SSL_read(ssl.get(), data, size);
    }
    if (!AwaitReadable(fd)) return 0;
    return ssl != nullptr ? SSL_read(ssl.get(), data, size)
                          : static_cast<int>(recv(fd, data, size, 0));
  };
  stream.write = [&](const char* data, int size) -> int {
    return ssl != nullptr
               ? SSL_write(ssl.get(), data, size)
               : static_cast<int>(send(fd, data, size, MSG_NOSIGNAL));
  };
  stream.pause = [this] {
    pollfd stop = {stopper_, POLLIN, 0};
    return poll(&stop, 1, kPauseMillis) > 0;
  };
  if (options_.opening == Opening::kTlsThenReset) return ResetOnClose(fd);
  const std::string request = ReadRequest(stream);
  if (request.empty()) return;
  if (!absl::ascii_isupper(request[0])) {
    WriteAll(stream, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    shutdown(fd, SHUT_WR);
    return Drain(fd);
  }
  {
    MutexLock lock(&mu_);
    requests_.push_back(request);
  }
  WriteAnswer(stream, options_);
  if (options_.answer == Answer::kReset ||
      options_.answer == Answer::kResetInHeader) {
    return ResetOnClose(fd);
  }
  if (ssl != nullptr) SSL_shutdown(ssl.get());
  shutdown(fd, SHUT_WR);
  Drain(fd);
}

}  // namespace pullgate
