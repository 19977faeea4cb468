// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/metrics_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

// Everything the server sends until it closes.
std::string Exchange(int port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval timeout = {10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
            0);
  EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  shutdown(fd, SHUT_WR);  // half a request is not waited for
  std::string answer;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
    answer.append(buffer, static_cast<size_t>(count));
  }
  close(fd);
  return answer;
}

std::string Get(int port, const std::string& path) {
  return Exchange(port, absl::StrCat("GET ", path,
                                     " HTTP/1.1\r\nHost: localhost\r\n"
                                     "Connection: close\r\n\r\n"));
}

class MetricsServerTest : public testing::Test {
 protected:
  MetricsServerTest() {
    metrics_.CounterOf({"test_total", "T.", {}}).Increment(7);
    server_ = *MetricsServer::Start("127.0.0.1:0", metrics_);
  }

  Metrics metrics_;
  std::unique_ptr<MetricsServer> server_;
};

TEST_F(MetricsServerTest, ServesMetrics) {
  const std::string answer = Get(server_->port(), "/metrics");
  EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 200")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "test_total 7")) << answer;
}

TEST_F(MetricsServerTest, ServesNothingElse) {
  for (const char* path : {"/", "/metric", "/etc/passwd", "/../../etc/passwd",
                           "/%2e%2e/etc/passwd", "/index.html"}) {
    const std::string answer = Get(server_->port(), path);
    EXPECT_TRUE(absl::StrContains(answer.substr(0, 14), " 4"))
        << path << ": " << answer;
    EXPECT_FALSE(absl::StrContains(answer, "root:")) << path;
  }
}

TEST_F(MetricsServerTest, OtherMethodsChangeNothing) {
  for (const char* method : {"PUT", "DELETE", "POST", "OPTIONS", "CONNECT"}) {
    Exchange(server_->port(), absl::StrCat(method,
                                           " /x HTTP/1.1\r\nHost: localhost\r\n"
                                           "Content-Length: 0\r\n"
                                           "Connection: close\r\n\r\n"));
  }
  EXPECT_TRUE(absl::StrContains(Get(server_->port(), "/metrics"), "200"));
}

TEST_F(MetricsServerTest, SurvivesWhatIsNoHttp) {
  Exchange(server_->port(), std::string(100'000, 'x') + "\r\n\r\n");
  Exchange(server_->port(),
           std::string("\x16\x03\x01\x00\x05", 5) + "\r\n\r\n");
  EXPECT_TRUE(absl::StrContains(Get(server_->port(), "/metrics"), "200"));
}

TEST_F(MetricsServerTest, PortInUseIsAnError) {
  const absl::Status status =
      MetricsServer::Start(absl::StrCat("127.0.0.1:", server_->port()),
                           metrics_)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
}

TEST_F(MetricsServerTest, StopsWhenDestroyed) {
  const int port = server_->port();
  server_.reset();
  EXPECT_TRUE(
      MetricsServer::Start(absl::StrCat("127.0.0.1:", port), metrics_).ok());
}

TEST(CheckMetricsAddressTest, WantsAnIpv4AddressAndAPort) {
  Metrics metrics;
  for (const char* text : {"", "9464", "localhost:9464", "[::1]:9464",
                           "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:65536",
                           "127.0.0.1:1,127.0.0.1:2", "127.0.0.1:443s"}) {
    EXPECT_EQ(MetricsServer::Start(text, metrics).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace pullgate
