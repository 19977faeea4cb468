// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/ares_channel.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/sync/mutex.h"

namespace pullgate {
namespace {

constexpr char kStopped[] = "the DNS resolver is shutting down";

absl::Status AresError(absl::string_view what, int code) {
  return absl::InternalError(
      absl::StrCat("c-ares: ", what, ": ", ares_strerror(code)));
}

// Why c-ares has no reply. It does not tell servers that cannot be reached from
// those that answer with an error code.
std::string WhyNoReply(int code) {
  switch (code) {
    case ARES_ECONNREFUSED:
      return "no DNS server could be reached, or each answered with an error "
             "(SERVFAIL, NOTIMP, REFUSED)";
    case ARES_ETIMEOUT:
      return "no DNS server answered in time";
    case ARES_ENOTFOUND:
      return "a name that is never asked of DNS";
    default:
      return ares_strerror(code);
  }
}

// Questions asked together and what came of them. Thread-safe; shared by the
// caller and by the queries, which may outlive the caller's patience.
class Batch {
 public:
  explicit Batch(size_t size) : replies_(size), missing_(size) {}

  void Reply(size_t index, std::string message) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    replies_[index] = std::move(message);
    if (--missing_ == 0) changed_.NotifyAll();
  }

  void Fail(std::string why) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (failure_.empty()) failure_ = std::move(why);
    changed_.NotifyAll();
  }

  absl::StatusOr<std::vector<std::string>> Await(absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    bool in_time = true;
    while (missing_ > 0 && failure_.empty() && in_time) {
      in_time = changed_.WaitUntil(&mu_, deadline);
    }
    if (!failure_.empty()) return absl::UnavailableError(failure_);
    if (missing_ > 0) {
      return absl::DeadlineExceededError("DNS did not answer in time");
    }
    return std::move(replies_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<std::string> replies_ ABSL_GUARDED_BY(mu_);
  size_t missing_ ABSL_GUARDED_BY(mu_);
  std::string failure_ ABSL_GUARDED_BY(mu_);  // the first
};

// One query on its way.
struct Query {
  DnsQuestion question;
  std::shared_ptr<Batch> batch;
  size_t index = 0;
};

bool LibraryReady() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == 0;
  return ready;
}

// Milliseconds for poll(), rounded up so that it does not return too early to
// have anything to do.
int PollTimeout(ares_channel channel) {
  timeval storage = {};
  const timeval* left = ares_timeout(channel, nullptr, &storage);
  if (left == nullptr) return -1;
  const int64_t millis =
      int64_t{left->tv_sec} * 1000 + (left->tv_usec + 999) / 1000;
  return static_cast<int>(
      std::clamp<int64_t>(millis, 0, std::numeric_limits<int>::max()));
}

absl::Status SetServers(ares_channel channel,
                        const std::vector<DnsServer>& servers) {
  if (servers.empty()) return absl::OkStatus();
  std::vector<ares_addr_port_node> nodes(servers.size());
  for (size_t i = 0; i < servers.size(); ++i) {
    ares_addr_port_node& node = nodes[i];
    node = {};
    node.next = i + 1 < servers.size() ? &nodes[i + 1] : nullptr;
    const auto& bytes = servers[i].address.bytes();
    const bool v4 = servers[i].address.is_v4();
    node.family = v4 ? AF_INET : AF_INET6;
    std::memcpy(&node.addr, bytes.data(), v4 ? 4 : 16);
    node.udp_port = node.tcp_port = servers[i].port;
  }
  const int code = ares_set_servers_ports(channel, nodes.data());
  return code == ARES_SUCCESS ? absl::OkStatus() : AresError("servers", code);
}

// What c-ares read from resolv.conf, less what is no DNS name.
absl::StatusOr<std::vector<DnsName>> SearchOf(ares_channel channel) {
  ares_options options = {};
  int mask = 0;
  if (const int code = ares_save_options(channel, &options, &mask);
      code != ARES_SUCCESS) {
    return AresError("options", code);
  }
  std::vector<DnsName> search;
  for (int i = 0; i < options.ndomains; ++i) {
    absl::StatusOr<DnsName> domain = DnsName::Parse(options.domains[i]);
    if (domain.ok()) search.push_back(*std::move(domain));
  }
  ares_destroy_options(&options);
  return search;
}

}  // namespace

// The owner thread and what it shares with callers.
class AresChannel::Loop {
 public:
  explicit Loop(int max_pending) : max_pending_(max_pending) {}
  ~Loop();

  absl::Status Init(const AresResolverOptions& options);
  absl::StatusOr<std::vector<std::string>> Ask(
      const std::vector<DnsQuestion>& questions, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mu_);
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);
  const std::vector<DnsName>& search() const { return search_; }

 private:
  // What a callback gets.
  struct InFlight {
    Loop* loop;
    Query query;
  };

  static void OnSocketState(void* data, ares_socket_t socket, int readable,
                            int writable);
  static void OnReply(void* data, int status, int timeouts,
                      unsigned char* bytes, int size);

  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  bool SendQueued() ABSL_LOCKS_EXCLUDED(mu_);
  void PollOnce();
  void Wake() const;
  void Ended() ABSL_LOCKS_EXCLUDED(mu_);

  const int max_pending_;
  std::vector<DnsName> search_;  // written before the thread starts
  int wake_ = -1;                // eventfd
  std::thread thread_;

  // The owner thread's alone, once it runs.
  ares_channel channel_ = nullptr;
  absl::flat_hash_map<ares_socket_t, short> sockets_;  // poll() events

  Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<Query> queued_ ABSL_GUARDED_BY(mu_);
  int pending_ ABSL_GUARDED_BY(mu_) = 0;  // queued and sent
};

absl::Status AresChannel::Loop::Init(const AresResolverOptions& options) {
  if (!LibraryReady()) return absl::InternalError("c-ares does not start");
  std::string resolv_conf = options.resolv_conf;
  ares_options ares = {};
  // Names are always absolute: search lists are the resolver's business. No
  // EDNS: c-ares 1.18 switches it off and on again for the whole channel when a
  // server does not know it; larger answers come over TCP.
  ares.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  ares.timeout = static_cast<int>(
      std::max<int64_t>(1, absl::ToInt64Milliseconds(options.attempt_timeout)));
  ares.tries = std::max(1, options.attempts);
  ares.sock_state_cb = &OnSocketState;
  ares.sock_state_cb_data = this;
  ares.resolvconf_path = resolv_conf.data();
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                   ARES_OPT_SOCK_STATE_CB | ARES_OPT_RESOLVCONF |
                   (options.rotate ? ARES_OPT_ROTATE : ARES_OPT_NOROTATE);
  if (const int code = ares_init_options(&channel_, &ares, mask);
      code != ARES_SUCCESS) {
    channel_ = nullptr;
    return AresError("channel", code);
  }
  PULLGATE_RETURN_IF_ERROR(SetServers(channel_, options.servers));
  PULLGATE_ASSIGN_OR_RETURN(search_, SearchOf(channel_));
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) return absl::InternalError("the DNS resolver has no eventfd");
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

AresChannel::Loop::~Loop() {
  Stop();
  if (thread_.joinable()) {
    thread_.join();  // has destroyed the channel
  } else if (channel_ != nullptr) {
    ares_destroy(channel_);
  }
  if (wake_ >= 0) close(wake_);
}

void AresChannel::Loop::Stop() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
  }
  Wake();
}

void AresChannel::Loop::Wake() const {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then the loop is awake.
  if (wake_ >= 0) (void)!write(wake_, &one, sizeof(one));
}

absl::StatusOr<std::vector<std::string>> AresChannel::Loop::Ask(
    const std::vector<DnsQuestion>& questions, absl::Time deadline) {
  auto batch = std::make_shared<Batch>(questions.size());
  {
    MutexLock lock(&mu_);
    if (stopped_) return absl::UnavailableError(kStopped);
    const int count = static_cast<int>(questions.size());
    if (count > max_pending_ - pending_) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "too many DNS queries at once: ", max_pending_, " are pending"));
    }
    pending_ += count;
    for (size_t i = 0; i < questions.size(); ++i) {
      queued_.push_back({questions[i], batch, i});
    }
  }
  Wake();
  return batch->Await(deadline);
}

void AresChannel::Loop::Run() {
  // Signals are for the threads that wait for them; and c-ares writes to TCP
  // sockets in a way that raises SIGPIPE when a server hangs up.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  pthread_setname_np(pthread_self(), "dns");
  while (SendQueued()) PollOnce();
  ares_destroy(channel_);  // ends what is in flight, through its callbacks
}

// Hands what callers queued to c-ares. False once stopped.
bool AresChannel::Loop::SendQueued() {
  std::vector<Query> queries;
  bool stopped = false;
  {
    MutexLock lock(&mu_);
    queries.swap(queued_);
    stopped = stopped_;
  }
  for (Query& query : queries) {
    if (stopped) {
      query.batch->Fail(kStopped);
      Ended();
      continue;
    }
    // Freed by OnReply, which c-ares calls exactly once, maybe right here.
    auto* in_flight = new InFlight{this, std::move(query)};
    const DnsQuestion& question = in_flight->query.question;
    // A copy: the callback may free the question during the call.
    const std::string name = question.name.text();
    ares_query(channel_, name.c_str(), ns_c_in, static_cast<int>(question.type),
               &OnReply, in_flight);
  }
  return !stopped;
}

void AresChannel::Loop::PollOnce() {
  std::vector<pollfd> fds = {{wake_, POLLIN, 0}};
  for (const auto& [socket, events] : sockets_) {
    fds.push_back({socket, events, 0});
  }
  const int ready = poll(fds.data(), fds.size(), PollTimeout(channel_));
  if (ready > 0 && fds[0].revents != 0) {
    uint64_t count = 0;
    (void)!read(wake_, &count, sizeof(count));
  }
  for (size_t i = 1; ready > 0 && i < fds.size(); ++i) {
    const short events = fds[i].revents;
    // Processing one socket may have closed another.
    if (events == 0 || !sockets_.contains(fds[i].fd)) continue;
    const bool broken = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    ares_process_fd(channel_,
                    broken || (events & POLLIN) ? fds[i].fd : ARES_SOCKET_BAD,
                    events & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // time-outs
}

void AresChannel::Loop::OnSocketState(void* data, ares_socket_t socket,
                                      int readable, int writable) {
  auto& sockets = static_cast<Loop*>(data)->sockets_;
  const int events = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0);
  if (events == 0) {
    sockets.erase(socket);
  } else {
    sockets[socket] = static_cast<short>(events);
  }
}

void AresChannel::Loop::OnReply(void* data, int status, int /*timeouts*/,
                                unsigned char* bytes, int size) {
  const std::unique_ptr<InFlight> in_flight(static_cast<InFlight*>(data));
  const Query& query = in_flight->query;
  // These come with a message, except when c-ares answers by itself, which is
  // not DNS' word.
  const bool answered = status == ARES_SUCCESS || status == ARES_ENODATA ||
                        status == ARES_ENOTFOUND;
  if (status == ARES_EDESTRUCTION) {
    query.batch->Fail(kStopped);
  } else if (answered && bytes != nullptr && size > 0) {
    query.batch->Reply(query.index,
                       std::string(reinterpret_cast<const char*>(bytes), size));
  } else {
    query.batch->Fail(
        absl::StrCat(ToString(query.question), ": ", WhyNoReply(status)));
  }
  in_flight->loop->Ended();
}

void AresChannel::Loop::Ended() {
  MutexLock lock(&mu_);
  --pending_;
}

AresChannel::AresChannel(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

AresChannel::~AresChannel() = default;

absl::StatusOr<std::unique_ptr<AresChannel>> AresChannel::Create(
    const AresResolverOptions& options) {
  auto loop = std::make_unique<Loop>(options.max_pending);
  PULLGATE_RETURN_IF_ERROR(loop->Init(options));
  return std::unique_ptr<AresChannel>(new AresChannel(std::move(loop)));
}

absl::StatusOr<std::vector<std::string>> AresChannel::Ask(
    const std::vector<DnsQuestion>& questions, absl::Time deadline) {
  return loop_->Ask(questions, deadline);
}

void AresChannel::Stop() { loop_->Stop(); }

const std::vector<DnsName>& AresChannel::search() const {
  return loop_->search();
}

}  // namespace pullgate
