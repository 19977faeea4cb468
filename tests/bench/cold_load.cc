// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Measures AuthorizePull about registries that the agent was never asked about
// beside a bare libcurl request to the same registry, each over a connection of
// its own with a whole TLS handshake. See cold.py.
//
// The two take turns, so that both see the same machine, and who begins changes
// from name to name: each follows the other as often as itself. So what a
// question leaves behind, its event on the way to the PDP, burdens both alike,
// and neither finds its code and data in the processor's caches more often than
// the other, which is worth a tenth of such short work. Medians count.
//
// libcurl as it comes speaks HTTP/2 with this registry, the agent HTTP/1.1; a
// second, shorter series of other names stands beside requests of HTTP/1.1.

#include <curl/curl.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"

ABSL_FLAG(std::string, agent_socket, "", "The agent's socket.");
ABSL_FLAG(std::string, domain, "",
          "The registries are r0, r1, ... below this domain.");
ABSL_FLAG(int, names, 300, "How many of them there are.");
ABSL_FLAG(std::string, address, "", "The address of them all.");
ABSL_FLAG(std::string, ca_file, "", "Who vouches for them.");

namespace pullgate::bench {
namespace {

namespace agent_pb = pullgate::agent::v1;
using Clock = std::chrono::steady_clock;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(EXIT_FAILURE);
}

double MicrosSince(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin)
      .count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

size_t Discard(char* /*data*/, size_t size, size_t count, void* /*unused*/) {
  return size * count;
}

double TimeCurl(const std::string& name,
                long http_version) {  // NOLINT: curl's type
  const std::string url = absl::StrCat("https://", name, "/v2/");
  const std::string to =
      absl::StrCat("::", absl::GetFlag(FLAGS_address), ":443");
  const std::string ca_file = absl::GetFlag(FLAGS_ca_file);
  const Clock::time_point begin = Clock::now();
  CURL* const curl = curl_easy_init();
  curl_slist* const connect_to = curl_slist_append(nullptr, to.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
  curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, http_version);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Discard);
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;  // NOLINT: curl's type
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(curl);
  curl_slist_free_all(connect_to);
  const double micros = MicrosSince(begin);
  if (code != CURLE_OK || status != 200) {
    Fail(absl::StrCat(url, ": ", curl_easy_strerror(code), ", HTTP ", status));
  }
  return micros;
}

double TimeAuthorize(agent_pb::AgentService::Stub& stub,
                     const std::string& name) {
  const Clock::time_point begin = Clock::now();
  grpc::ClientContext context;
  agent_pb::AuthorizePullRequest request;
  agent_pb::AuthorizePullResponse response;
  request.set_registry(name);
  const grpc::Status status = stub.AuthorizePull(&context, request, &response);
  const double micros = MicrosSince(begin);
  if (!status.ok() ||
      response.effect() != pullgate::decision::v1::EFFECT_PERMIT) {
    Fail(absl::StrCat(name, ": ", status.error_message(), " ",
                      response.message()));
  }
  return micros;
}

// What one series took, in the median.
struct Medians {
  double bare;
  double authorize;
};

// Asks about the names from number `begin` to before `end`.
Medians Measure(agent_pb::AgentService::Stub& stub, int begin, int end,
                long http_version) {  // NOLINT: curl's type
  constexpr int kWarmUp = 10;
  std::vector<double> bare;
  std::vector<double> authorize;
  for (int i = begin; i < end; ++i) {
    const std::string name =
        absl::StrCat("r", i, ".", absl::GetFlag(FLAGS_domain));
    double bare_micros = 0;
    const bool bare_begins = i % 2 == 0;
    if (bare_begins) bare_micros = TimeCurl(name, http_version);
    const double authorize_micros = TimeAuthorize(stub, name);
    if (!bare_begins) bare_micros = TimeCurl(name, http_version);
    if (i < begin + kWarmUp) continue;
    bare.push_back(bare_micros);
    authorize.push_back(authorize_micros);
  }
  if (bare.empty()) Fail("too few names");
  return {Median(std::move(bare)), Median(std::move(authorize))};
}

void Run() {
  const auto stub = agent_pb::AgentService::NewStub(
      grpc::CreateChannel("unix:" + absl::GetFlag(FLAGS_agent_socket),
                          grpc::InsecureChannelCredentials()));
  const int names = absl::GetFlag(FLAGS_names);
  const int first = names * 5 / 6;
  const Medians by_default =
      Measure(*stub, 0, first, CURL_HTTP_VERSION_2TLS);  // the default
  const Medians by_http1 = Measure(*stub, first, names, CURL_HTTP_VERSION_1_1);
  std::printf("result bare_curl_us %.0f us\n", by_default.bare);
  std::printf("result bare_curl_http1_us %.0f us\n", by_http1.bare);
  std::printf("result cold_authorize_us %.0f us\n", by_default.authorize);
  std::printf("result cold_authorize_over_curl %.2f x\n",
              by_default.authorize / by_default.bare);
  std::printf("result cold_authorize_over_curl_http1 %.2f x\n",
              by_http1.authorize / by_http1.bare);
}

}  // namespace
}  // namespace pullgate::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  pullgate::bench::Run();
}
