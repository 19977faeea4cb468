// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/http_exchange.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/verify/stop_signal.h"
#include "agent/verify/tls_observer.h"
#include "common/net/ip_address.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {
namespace {

struct CurlEasyDelete {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct CurlMultiDelete {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CurlListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlPtr = std::unique_ptr<CURL, CurlEasyDelete>;
using CurlMultiPtr = std::unique_ptr<CURLM, CurlMultiDelete>;
using CurlListPtr = std::unique_ptr<curl_slist, CurlListDelete>;

// What the callbacks of one exchange share.
struct Exchange {
  HttpExchangeRequest request;
  std::shared_ptr<TlsObserver> observer;
  HttpExchangeFacts facts = {};
  int header_bytes = 0;
  bool wrong_address = false;
};

// One exchange with its connection, which is closed when this goes. No other
// exchange has its pool of connections, so none can find it there.
class Transfer {
 public:
  explicit Transfer(Exchange exchange) : exchange_(std::move(exchange)) {}
  ~Transfer() {
    if (added_) curl_multi_remove_handle(multi_.get(), easy_.get());
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Once.
  HttpExchangeFacts Run();

 private:
  bool SetUp();
  // Until the header is there, or nothing more comes.
  CURLcode Perform();

  Exchange exchange_;
  // Declared in this order: the handle is done with the list, and with the
  // exchange, when it is closed.
  CurlListPtr connect_to_;
  CurlMultiPtr multi_;
  CurlPtr easy_;
  bool added_ = false;
};

std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host
                                             : absl::StrCat("[", host, "]");
}

// Whether `address` is the one that may be connected to.
bool IsPinned(const HttpExchangeRequest& request,
              const curl_sockaddr& address) {
  if (address.family == AF_INET && request.address.is_v4()) {
    sockaddr_in v4;
    memcpy(&v4, &address.addr, sizeof(v4));
    return ntohs(v4.sin_port) == request.port &&
           memcmp(&v4.sin_addr, request.address.bytes().data(), 4) == 0;
  }
  if (address.family == AF_INET6 && !request.address.is_v4()) {
    sockaddr_in6 v6;
    if (address.addrlen < sizeof(v6)) return false;
    memcpy(&v6, &address.addr, sizeof(v6));
    return ntohs(v6.sin6_port) == request.port &&
           memcmp(&v6.sin6_addr, request.address.bytes().data(), 16) == 0;
  }
  return false;
}

// Holds whatever option might lead elsewhere: libcurl gets no socket for any
// other address.
curl_socket_t OnOpenSocket(void* self, curlsocktype purpose,
                           curl_sockaddr* address) {
  auto* const exchange = static_cast<Exchange*>(self);
  if (purpose != CURLSOCKTYPE_IPCXN || !IsPinned(exchange->request, *address)) {
    exchange->wrong_address = true;
    return CURL_SOCKET_BAD;
  }
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                        address->protocol);
  if (fd < 0) {
    exchange->facts.error =
        absl::StrCat("no socket: ", std::generic_category().message(errno));
    return CURL_SOCKET_BAD;
  }
  return fd;
}

// One header line, with its line end. The empty one ends the exchange.
size_t OnHeader(char* data, size_t size, size_t count, void* self) {
  auto* const exchange = static_cast<Exchange*>(self);
  const absl::string_view line(data, size * count);
  if (exchange->facts.end == HttpExchangeFacts::End::kHeaders) {
    return line.size();  // a trailer that came along
  }
  exchange->header_bytes += static_cast<int>(line.size());
  if (exchange->header_bytes > kMaxResponseHeaderBytes) {
    exchange->facts.end = HttpExchangeFacts::End::kTooLong;
    return 0;
  }
  if (absl::StartsWithIgnoreCase(line, "docker-distribution-api-version:")) {
    exchange->facts.has_registry_header = true;
  }
  if (absl::StartsWith(line, "HTTP/")) {
    // "HTTP/1.1 401 ...": a new block, maybe after an interim response.
    exchange->facts.http_status = 0;
    const size_t blank = line.find(' ');
    if (blank != absl::string_view::npos) {
      int status = 0;
      for (const char c : line.substr(blank + 1, 3)) {
        if (!absl::ascii_isdigit(c)) return 0;
        status = status * 10 + (c - '0');
      }
      exchange->facts.http_status = status;
    }
  }
  if (line == "\r\n" || line == "\n") {
    if (exchange->facts.http_status < 200) return line.size();
    exchange->facts.end = HttpExchangeFacts::End::kHeaders;
  }
  return line.size();
}

// What came along with the header is dropped. Without a header before it, it is
// no HTTP/1.x.
size_t OnBody(char* /*data*/, size_t size, size_t count, void* self) {
  const auto* const exchange = static_cast<Exchange*>(self);
  return exchange->facts.end == HttpExchangeFacts::End::kHeaders ? size * count
                                                                 : 0;
}

CURLcode OnSslContext(CURL* /*curl*/, void* context, void* self) {
  auto* const exchange = static_cast<Exchange*>(self);
  if (exchange->observer == nullptr) return CURLE_ABORTED_BY_CALLBACK;
  exchange->observer->Attach(static_cast<SSL_CTX*>(context));
  return CURLE_OK;
}

template <typename T>
bool Set(CURL* curl, CURLoption option, T value) {
  return curl_easy_setopt(curl, option, value) == CURLE_OK;
}

long Milliseconds(absl::Duration limit) {  // NOLINT: libcurl's type
  // 0 would mean no limit.
  return static_cast<long>(  // NOLINT: libcurl's type
      std::max<int64_t>(1, absl::ToInt64Milliseconds(limit)));
}

// Where to connect, and by what rules.
bool Configure(CURL* curl, Exchange* exchange, const std::string& url,
               const char* protocol, curl_slist* connect_to) {
  const HttpExchangeRequest& request = exchange->request;
  return Set(curl, CURLOPT_URL, url.c_str()) &&
         Set(curl, CURLOPT_PROTOCOLS_STR, protocol) &&
         Set(curl, CURLOPT_CONNECT_TO, connect_to) &&
         Set(curl, CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket) &&
         Set(curl, CURLOPT_OPENSOCKETDATA, exchange) &&
         Set(curl, CURLOPT_PROXY, "") && Set(curl, CURLOPT_NOPROXY, "*") &&
         Set(curl, CURLOPT_FOLLOWLOCATION, 0L) &&
         Set(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED)) &&
         Set(curl, CURLOPT_NOSIGNAL, 1L) &&
         Set(curl, CURLOPT_FRESH_CONNECT, 1L) &&
         Set(curl, CURLOPT_PATH_AS_IS, 1L) &&
         Set(curl, CURLOPT_HTTP_VERSION,
             static_cast<long>(CURL_HTTP_VERSION_1_1)) &&
         Set(curl, CURLOPT_USERAGENT, "pullgate-agent") &&
         Set(curl, CURLOPT_CONNECTTIMEOUT_MS,
             Milliseconds(request.connect_limit)) &&
         Set(curl, CURLOPT_TIMEOUT_MS, Milliseconds(request.limit)) &&
         Set(curl, CURLOPT_HEADERFUNCTION, &OnHeader) &&
         Set(curl, CURLOPT_HEADERDATA, exchange) &&
         Set(curl, CURLOPT_WRITEFUNCTION, &OnBody) &&
         Set(curl, CURLOPT_WRITEDATA, exchange);
}

// The certificate is the observer's to judge; libcurl's own checks, which know
// the subject's common name and only its own CA file, are off.
bool ConfigureTls(CURL* curl, Exchange* exchange) {
  return Set(curl, CURLOPT_SSL_VERIFYPEER, 0L) &&
         Set(curl, CURLOPT_SSL_VERIFYHOST, 0L) &&
         Set(curl, CURLOPT_CAINFO, static_cast<char*>(nullptr)) &&
         Set(curl, CURLOPT_CAPATH, static_cast<char*>(nullptr)) &&
         Set(curl, CURLOPT_SSLVERSION,
             static_cast<long>(CURL_SSLVERSION_TLSv1_2)) &&
         Set(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
         Set(curl, CURLOPT_SSL_CTX_FUNCTION, &OnSslContext) &&
         Set(curl, CURLOPT_SSL_CTX_DATA, exchange);
}

// How the transfer ended, unless a callback has said so already.
HttpExchangeFacts::End EndOf(CURLcode code, const Exchange& exchange) {
  using End = HttpExchangeFacts::End;
  if (exchange.facts.end != End::kLocal) return exchange.facts.end;
  if (exchange.wrong_address || !exchange.facts.error.empty()) {
    return End::kLocal;
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return End::kTimedOut;
    case CURLE_COULDNT_CONNECT:
      return End::kNotConnected;
    case CURLE_OUT_OF_MEMORY:  // what it calls a line of more than 100 KB
      return exchange.facts.http_status > 0 ? End::kTooLong : End::kLocal;
    case CURLE_UNSUPPORTED_PROTOCOL:  // what it calls HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
    case CURLE_OK:  // a response without a header
      return End::kNotHttp;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return End::kClosed;
    default:
      return End::kLocal;
  }
}

void ReadInfo(CURL* curl, HttpExchangeFacts& facts) {
  curl_off_t connect = 0;
  curl_off_t secured = 0;
  curl_off_t total = 0;
  long os_error = 0;  // NOLINT: libcurl's type
  curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connect);
  curl_easy_getinfo(curl, CURLINFO_APPCONNECT_TIME_T, &secured);
  curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &total);
  curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_error);
  facts.connected = connect > 0;
  facts.secured = secured > 0;
  facts.elapsed = absl::Microseconds(total);
  facts.os_error = static_cast<int>(os_error);
}

bool Transfer::SetUp() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  const HttpExchangeRequest& request = exchange_.request;
  const bool tls = request.scheme == Scheme::kHttps;
  const std::string url = absl::StrCat(SchemeName(request.scheme), "://",
                                       Bracketed(HostToString(request.host)),
                                       ":", request.port, "/v2/");
  const std::string target = absl::StrCat(
      "::", Bracketed(request.address.ToString()), ":", request.port);
  connect_to_.reset(curl_slist_append(nullptr, target.c_str()));
  multi_.reset(curl_multi_init());
  easy_.reset(curl_easy_init());
  if (initialised != CURLE_OK || connect_to_ == nullptr || multi_ == nullptr ||
      easy_ == nullptr || tls != (exchange_.observer != nullptr) ||
      !Configure(easy_.get(), &exchange_, url, tls ? "https" : "http",
                 connect_to_.get()) ||
      (tls && !ConfigureTls(easy_.get(), &exchange_))) {
    return false;
  }
  added_ = curl_multi_add_handle(multi_.get(), easy_.get()) == CURLM_OK;
  return added_;
}

CURLcode Transfer::Perform() {
  constexpr int kLongestPollMillis = 1000;  // libcurl's own limits are shorter
  const StopSignal::Waiter waiter(exchange_.request.stop,
                                  [this] { curl_multi_wakeup(multi_.get()); });
  CURLMcode code = CURLM_OK;
  int running = 1;
  while (code == CURLM_OK) {
    if (waiter.stopped()) {
      exchange_.facts.error = "nobody waits for it any more";
      return CURLE_ABORTED_BY_CALLBACK;
    }
    code = curl_multi_perform(multi_.get(), &running);
    if (exchange_.facts.end == HttpExchangeFacts::End::kHeaders) {
      return CURLE_OK;
    }
    if (running == 0 || code != CURLM_OK) break;
    code = curl_multi_poll(multi_.get(), nullptr, 0, kLongestPollMillis,
                           /*numfds=*/nullptr);
  }
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
  if (message != nullptr) return message->data.result;
  exchange_.facts.error = curl_multi_strerror(code);
  return CURLE_FAILED_INIT;
}

HttpExchangeFacts Transfer::Run() {
  HttpExchangeFacts& facts = exchange_.facts;
  if (!SetUp()) {
    facts.error = "libcurl could not be set up";
    return facts;
  }
  const CURLcode code = Perform();
  facts.end = EndOf(code, exchange_);
  ReadInfo(easy_.get(), facts);
  if (facts.end == HttpExchangeFacts::End::kLocal && facts.error.empty()) {
    facts.error = exchange_.wrong_address
                      ? "an address that is not pinned was refused"
                      : curl_easy_strerror(code);
  }
  return facts;
}

}  // namespace

HttpExchangeFacts ExchangeHttp(const HttpExchangeRequest& request,
                               std::shared_ptr<TlsObserver> observer) {
  auto transfer =
      std::make_shared<Transfer>(Exchange{request, std::move(observer)});
  HttpExchangeFacts facts = transfer->Run();
  if (request.left_open != nullptr) *request.left_open = std::move(transfer);
  return facts;
}

}  // namespace pullgate::agent
