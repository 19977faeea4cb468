// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/ares_channel.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/dns/ares_handle.h"
#include "common/dns/dns_query.h"
#include "common/status/status_macros.h"
#include "common/sync/mutex.h"

namespace pullgate {
namespace {

using Transport = AresHandle::Transport;

constexpr char kStopped[] = "the DNS resolver is shutting down";
// Each has a socket for every server. Beyond it a port is kept longer.
constexpr size_t kMaxRetired = 16;

// Why c-ares has no reply. It does not tell servers that cannot be reached from
// those that answer with an error code.
std::string WhyNoReply(int code) {
  switch (code) {
    case ARES_ECONNREFUSED:
      return "no DNS server could be reached, or each answered with an error "
             "(SERVFAIL, NOTIMP, REFUSED)";
    case ARES_ETIMEOUT:
      return "no DNS server answered in time";
    default:
      return ares_strerror(code);
  }
}

// One query on its way.
struct Query {
  DnsQuestion question;
  std::shared_ptr<DnsBatch> batch;
  size_t index = 0;
  std::string message;  // as sent
};

}  // namespace

// The owner thread and what it shares with callers.
class AresChannel::Loop {
 public:
  explicit Loop(const AresResolverOptions& options) : options_(options) {}
  ~Loop();

  absl::Status Init();
  absl::StatusOr<std::shared_ptr<DnsBatch>> Ask(
      const std::vector<DnsQuestion>& questions,
      std::shared_ptr<DnsArrivals> arrivals) ABSL_LOCKS_EXCLUDED(mu_);
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);
  const std::vector<DnsName>& search() const { return search_; }

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  bool SendQueued() ABSL_LOCKS_EXCLUDED(mu_);
  void Begin(Query query);
  void SendOver(Transport transport, Query query);
  void OnEnd(Transport transport, Query query, int status,
             absl::string_view reply);
  void ChangePort();
  void PollOnce();
  void Wake() const;
  void Fail(const Query& query, absl::string_view why) ABSL_LOCKS_EXCLUDED(mu_);
  void Ended() ABSL_LOCKS_EXCLUDED(mu_);

  const AresResolverOptions options_;
  std::vector<DnsName> search_;  // written before the thread starts
  int wake_ = -1;                // eventfd
  std::thread thread_;

  // The owner thread's alone, once it runs.
  std::unique_ptr<AresHandle> udp_;
  std::unique_ptr<AresHandle> tcp_;
  std::vector<std::unique_ptr<AresHandle>> retired_;  // with queries in flight

  Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<Query> queued_ ABSL_GUARDED_BY(mu_);
  int pending_ ABSL_GUARDED_BY(mu_) = 0;  // queued and sent
};

absl::Status AresChannel::Loop::Init() {
  PULLGATE_ASSIGN_OR_RETURN(udp_, AresHandle::Open(options_, Transport::kUdp));
  PULLGATE_ASSIGN_OR_RETURN(tcp_, AresHandle::Open(options_, Transport::kTcp));
  PULLGATE_ASSIGN_OR_RETURN(search_, udp_->Search());
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) return absl::InternalError("the DNS resolver has no eventfd");
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

AresChannel::Loop::~Loop() {
  Stop();
  if (thread_.joinable()) thread_.join();
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

absl::StatusOr<std::shared_ptr<DnsBatch>> AresChannel::Loop::Ask(
    const std::vector<DnsQuestion>& questions,
    std::shared_ptr<DnsArrivals> arrivals) {
  auto batch =
      std::make_shared<DnsBatch>(questions.size(), std::move(arrivals));
  {
    MutexLock lock(&mu_);
    if (stopped_) return absl::UnavailableError(kStopped);
    const int count = static_cast<int>(questions.size());
    if (count > options_.max_pending - pending_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("too many DNS queries at once: ", options_.max_pending,
                       " are pending"));
    }
    pending_ += count;
    for (size_t i = 0; i < questions.size(); ++i) {
      queued_.push_back({questions[i], batch, i, std::string()});
    }
  }
  Wake();
  return batch;
}

void AresChannel::Loop::Run() {
  // Signals are for the threads that wait for them; and c-ares writes to TCP
  // sockets in a way that raises SIGPIPE when a server hangs up.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  pthread_setname_np(pthread_self(), "dns");
  while (SendQueued()) PollOnce();
  // Ends what is in flight, through its callbacks.
  udp_.reset();
  retired_.clear();
  tcp_.reset();
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
      Fail(query, kStopped);
    } else {
      Begin(std::move(query));
    }
  }
  return !stopped;
}

void AresChannel::Loop::Begin(Query query) {
  absl::StatusOr<std::string> message = MakeDnsQuery(query.question);
  if (!message.ok()) return Fail(query, message.status().message());
  query.message = *std::move(message);
  if (udp_->sent() >= kQueriesPerPort) ChangePort();
  SendOver(Transport::kUdp, std::move(query));
}

void AresChannel::Loop::ChangePort() {
  if (retired_.size() >= kMaxRetired) return;
  absl::StatusOr<std::unique_ptr<AresHandle>> fresh =
      AresHandle::Open(options_, Transport::kUdp);
  if (!fresh.ok())
    return;  // no memory or descriptors: what is open still works
  retired_.push_back(std::exchange(udp_, *std::move(fresh)));
}

void AresChannel::Loop::SendOver(Transport transport, Query query) {
  AresHandle& handle = transport == Transport::kUdp ? *udp_ : *tcp_;
  const std::string message = query.message;
  handle.Send(message, [this, transport, query = std::move(query)](
                           int status, absl::string_view reply) {
    OnEnd(transport, query, status, reply);
  });
}

void AresChannel::Loop::OnEnd(Transport transport, Query query, int status,
                              absl::string_view reply) {
  if (status == ARES_EDESTRUCTION) return Fail(query, kStopped);
  if (status != ARES_SUCCESS || reply.empty()) {
    return Fail(query, WhyNoReply(status));
  }
  if (transport == Transport::kUdp && !EchoesQuestion(query.message, reply)) {
    return SendOver(Transport::kTcp, std::move(query));
  }
  query.batch->Reply(query.index, std::string(reply));
  Ended();
}

void AresChannel::Loop::PollOnce() {
  std::vector<AresHandle*> handles = {udp_.get(), tcp_.get()};
  for (const auto& handle : retired_) handles.push_back(handle.get());
  std::vector<pollfd> fds = {{wake_, POLLIN, 0}};
  std::vector<size_t> ends;  // of each handle's part of `fds`
  int timeout = -1;
  for (const AresHandle* handle : handles) {
    handle->AddSocketsTo(fds);
    ends.push_back(fds.size());
    const int millis = handle->TimeoutMillis();
    if (millis >= 0) timeout = timeout < 0 ? millis : std::min(timeout, millis);
  }
  const int ready = poll(fds.data(), fds.size(), timeout);
  if (ready > 0 && fds[0].revents != 0) {
    uint64_t count = 0;
    (void)!read(wake_, &count, sizeof(count));
  }
  size_t at = 1;
  for (size_t i = 0; i < handles.size(); ++i) {
    for (; at < ends[i]; ++at) {
      if (ready > 0) handles[i]->Process(fds[at]);
    }
    handles[i]->ProcessTimeouts();
  }
  retired_.erase(std::remove_if(retired_.begin(), retired_.end(),
                                [](const std::unique_ptr<AresHandle>& handle) {
                                  return handle->in_flight() == 0;
                                }),
                 retired_.end());
}

void AresChannel::Loop::Fail(const Query& query, absl::string_view why) {
  query.batch->Fail(absl::StrCat(ToString(query.question), ": ", why));
  Ended();
}

void AresChannel::Loop::Ended() {
  MutexLock lock(&mu_);
  --pending_;
}

AresChannel::AresChannel(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

AresChannel::~AresChannel() = default;

absl::StatusOr<std::unique_ptr<AresChannel>> AresChannel::Create(
    const AresResolverOptions& options) {
  auto loop = std::make_unique<Loop>(options);
  PULLGATE_RETURN_IF_ERROR(loop->Init());
  return std::unique_ptr<AresChannel>(new AresChannel(std::move(loop)));
}

absl::StatusOr<std::shared_ptr<DnsBatch>> AresChannel::Ask(
    const std::vector<DnsQuestion>& questions,
    std::shared_ptr<DnsArrivals> arrivals) {
  return loop_->Ask(questions, std::move(arrivals));
}

void AresChannel::Stop() { loop_->Stop(); }

const std::vector<DnsName>& AresChannel::search() const {
  return loop_->search();
}

}  // namespace pullgate
