// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Pulls by libcurl, directly or through a proxy, every request over a
// connection of its own, and prints how long that took: see gate.py.
//
//   --mode=blob      one request; prints its seconds
//   --mode=parallel  --count requests at once; prints the seconds of all
//   --mode=serial    --count requests in turn; prints the median, in ms
//   --mode=idle      --count TLS connections that do nothing: prints "idle"
//   when
//                    they are there, and closes them when its input ends

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(std::string, mode, "", "blob, parallel, serial or idle.");
ABSL_FLAG(std::string, url, "", "What to get.");
ABSL_FLAG(std::string, proxy, "", "The proxy; empty for none.");
ABSL_FLAG(std::string, ca_file, "", "Who vouches for the registry.");
ABSL_FLAG(int, count, 1, "Requests, or connections.");
ABSL_FLAG(double, bytes, 0, "What the answer to blob must have.");

namespace pullgate::bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(EXIT_FAILURE);
}

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

size_t Discard(char* /*data*/, size_t size, size_t count, void* /*unused*/) {
  return size * count;
}

CURL* NewRequest(bool connect_only) {
  CURL* const curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, absl::GetFlag(FLAGS_url).c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, absl::GetFlag(FLAGS_proxy).c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO, absl::GetFlag(FLAGS_ca_file).c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  // As docker-registry's clients do; a new connection each time all the same.
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 120L);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 512L * 1024);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Discard);
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, connect_only ? 1L : 0L);
  return curl;
}

void CheckAnswer(CURL* curl, CURLcode code, bool has_status) {
  if (code != CURLE_OK) Fail(curl_easy_strerror(code));
  long status = 0;  // NOLINT: curl's type
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (has_status && status != 200) Fail(absl::StrCat("HTTP ", status));
}

double Perform() {
  const Clock::time_point begin = Clock::now();
  CURL* const curl = NewRequest(/*connect_only=*/false);
  CheckAnswer(curl, curl_easy_perform(curl), /*has_status=*/true);
  const double seconds = SecondsSince(begin);
  curl_off_t bytes = 0;
  curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  curl_easy_cleanup(curl);
  const double expected = absl::GetFlag(FLAGS_bytes);
  if (expected > 0 && static_cast<double>(bytes) != expected) {
    Fail(absl::StrCat("got ", bytes, " bytes"));
  }
  return seconds;
}

double Parallel(int count) {
  const Clock::time_point begin = Clock::now();
  CURLM* const multi = curl_multi_init();
  for (int i = 0; i < count; ++i) {
    curl_multi_add_handle(multi, NewRequest(/*connect_only=*/false));
  }
  int running = count;
  while (running > 0) {
    curl_multi_perform(multi, &running);
    curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    int left = 0;
    while (CURLMsg* const message = curl_multi_info_read(multi, &left)) {
      CURL* const curl = message->easy_handle;
      CheckAnswer(curl, message->data.result, /*has_status=*/true);
      curl_multi_remove_handle(multi, curl);
      curl_easy_cleanup(curl);
    }
  }
  curl_multi_cleanup(multi);
  return SecondsSince(begin);
}

double SerialMedianMs(int count) {
  std::vector<double> seconds;
  seconds.reserve(count);
  for (int i = 0; i < count; ++i) seconds.push_back(Perform());
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2] * 1000;
}

void Idle(int count) {
  std::vector<CURL*> connections;
  connections.reserve(count);
  for (int i = 0; i < count; ++i) {
    connections.push_back(NewRequest(/*connect_only=*/true));
    CheckAnswer(connections.back(), curl_easy_perform(connections.back()),
                /*has_status=*/false);
  }
  std::puts("idle");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  for (CURL* const curl : connections) curl_easy_cleanup(curl);
}

void Run() {
  const std::string mode = absl::GetFlag(FLAGS_mode);
  const int count = absl::GetFlag(FLAGS_count);
  if (mode == "blob") {
    std::printf("%.6f\n", Perform());
  } else if (mode == "parallel") {
    std::printf("%.6f\n", Parallel(count));
  } else if (mode == "serial") {
    std::printf("%.6f\n", SerialMedianMs(count));
  } else if (mode == "idle") {
    Idle(count);
  } else {
    Fail("unknown --mode");
  }
}

}  // namespace
}  // namespace pullgate::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  pullgate::bench::Run();
}
