// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What recording, storing and finding audit events costs, and what it adds to
// an answer that needs nothing else: `bazel run -c opt //tests/bench:audit`, or
// with fewer events to find `bazel run -c opt //tests/bench:audit -- 100000`.
// Closes with lines of the form "result <name> <value> <unit>". Needs 1.2 KiB
// of disk for each event.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/audit/sqlite_spool.h"
#include "common/files/data_directory.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/time/clock.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/proof/tree_sealer.h"
#include "tests/bench/authorize_cost.h"
#include "tests/bench/event_source.h"
#include "tests/support/audit_events.h"
#include "tests/support/temp_dir.h"
#include "tests/support/threads.h"

namespace pullgate::bench {
namespace {

using pdp::LedgerFilter;
using pdp::RecordedEvent;
using pdp::SqliteAuditLedger;
using Payloads = std::vector<std::string>;

constexpr int kAgents = 4;
constexpr int kBatch = 1'000;
constexpr int kRounds = 5;
constexpr int kEventsPerRound = 200'000;
constexpr int kPage = 50;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(EXIT_FAILURE);
}

void Result(const char* name, double value, const char* unit) {
  std::printf("result %s %.2f %s\n", name, value, unit);
  std::fflush(stdout);
}

double SecondsOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

// The middle one; says how far they lie apart.
double Median(const char* name, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::printf("%s: %.2f to %.2f\n", name, values.front(), values.back());
  return values[values.size() / 2];
}

// A ledger as a PDP has it: sealed and signed.
struct BenchLedger {
  explicit BenchLedger(const std::string& path)
      : directory(*DataDirectory::Open(path)),
        key(*pdp::LedgerKey::FromPem(pdp::LedgerKey::NewPem())) {
    SqliteAuditLedger::Options options;
    options.make_sealer = [this](Database* database)
        -> absl::StatusOr<std::unique_ptr<pdp::LedgerSealer>> {
      return pdp::TreeSealer::Open(database, &key, &clock, {});
    };
    auto opened = SqliteAuditLedger::Open(*directory, options);
    Check(opened.status());
    ledger = *std::move(opened);
  }
  const SystemClock clock;
  const std::unique_ptr<DataDirectory> directory;
  const pdp::LedgerKey key;
  std::unique_ptr<SqliteAuditLedger> ledger;
};

// Parses and stores a batch, as the handler of a stream does.
void Report(SqliteAuditLedger& ledger, const VchId& vch, Payloads batch) {
  pdp::EventReader reader;
  std::vector<RecordedEvent> events;
  events.reserve(batch.size());
  for (std::string& payload : batch) {
    events.push_back(*reader.Read(std::move(payload)));
  }
  const auto result = ledger.Append(vch, EventSource::kEpoch, events, 0);
  Check(result.status());
  Check(result->refused);
}

// Batches of one agent.
std::vector<Payloads> Batches(int agent, int events) {
  EventSource source(Vch(absl::StrCat("vch-", agent)), 100 + agent);
  std::vector<Payloads> batches(events / kBatch);
  for (Payloads& batch : batches) {
    batch.reserve(kBatch);
    for (int i = 0; i < kBatch; ++i) batch.push_back(source.Next());
  }
  return batches;
}

// Plain batched inserts of the same bytes, as durable: events a second.
double PlainRate(const std::vector<std::vector<Payloads>>& agents) {
  const TempDir dir;
  Database::Options options;
  options.checkpoint_pages = 4000;
  options.cache_kib = 16 * 1024;
  auto database = *Database::Open(dir.File("plain.db"), options);
  Check(database->Execute(
      "CREATE TABLE event(position INTEGER PRIMARY KEY, payload BLOB)"));
  auto insert =
      *Statement::Prepare(*database, "INSERT INTO event(payload) VALUES (?)");
  const double seconds = SecondsOf([&] {
    for (const auto& batches : agents) {
      for (const Payloads& batch : batches) {
        auto transaction = *Transaction::Begin(database.get());
        for (const std::string& payload : batch) {
          insert.BindBlob(1, payload);
          Check(insert.Run());
        }
        Check(transaction.Commit());
      }
    }
  });
  return kEventsPerRound / seconds;
}

double LedgerRate(std::vector<std::vector<Payloads>> agents) {
  const TempDir dir;
  BenchLedger bench(dir.path());
  const double seconds = SecondsOf([&] {
    Threads threads;
    for (int agent = 0; agent < kAgents; ++agent) {
      threads.Start([&bench, agent, batches = std::move(agents[agent])] {
        const VchId vch = Vch(absl::StrCat("vch-", agent));
        for (const Payloads& batch : batches) {
          Report(*bench.ledger, vch, batch);
        }
      });
    }
    threads.Join();
  });
  return kEventsPerRound / seconds;
}

void BenchStoring() {
  std::vector<double> ledger;
  std::vector<double> ratio;
  std::vector<double> plain;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::vector<Payloads>> agents;
    agents.reserve(kAgents);
    for (int agent = 0; agent < kAgents; ++agent) {
      agents.push_back(Batches(agent, kEventsPerRound / kAgents));
    }
    plain.push_back(PlainRate(agents));
    ledger.push_back(LedgerRate(std::move(agents)));
    ratio.push_back(ledger.back() / plain.back());
  }
  Result("plain_sqlite_events_per_s", Median("plain", plain), "events/s");
  Result("ledger_events_per_s", Median("ledger", ledger), "events/s");
  Result("ledger_over_plain_sqlite", Median("over plain", ratio), "x");
}

// Records an event, as often as it takes: journals that are full because the
// database is behind refuse, and the rate that lasts is what counts.
void Record(agent::SqliteSpool& spool, const std::string& event) {
  for (int64_t tries = 0; tries < 100'000'000; ++tries) {
    absl::Status status = absl::UnknownError("not answered at once");
    spool.AppendAsync(event, [&status](const absl::StatusOr<std::string>& id) {
      status = id.status();
    });
    if (status.ok()) return;
    if (!absl::IsUnavailable(status)) Check(status);
    std::this_thread::yield();
  }
  Check(absl::DeadlineExceededError("the spool takes nothing any more"));
}

void BenchSpool() {
  constexpr int kEvents = 200'000;
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    const TempDir dir;
    const auto directory = *DataDirectory::Open(dir.path());
    auto spool = agent::SqliteSpool::Open(*directory, Vch("vch-1"), {});
    Check(spool.status());
    const std::string event = SampleEvent().SerializeAsString();
    const double seconds = SecondsOf([&] {
      Threads threads;
      for (int agent = 0; agent < kAgents; ++agent) {
        threads.Start([&spool, &event] {
          for (int i = 0; i < kEvents / kAgents; ++i) Record(**spool, event);
        });
      }
      threads.Join();
    });
    rates.push_back(kEvents / seconds);
  }
  Result("spool_events_per_s", Median("spool", rates), "events/s");
}

struct Question {
  const char* name;
  LedgerFilter filter;
};

std::vector<Question> Questions(int64_t events) {
  namespace dec = pullgate::decision::v1;
  std::vector<Question> questions;
  const auto add = [&questions](const char* name) -> LedgerFilter& {
    return questions.emplace_back(Question{name, {}}).filter;
  };
  const absl::Time start = absl::FromUnixSeconds(1'790'000'000);
  questions.reserve(32);
  add("everything");
  add("vch").vch = Vch("vch-2");
  add("no such vch").vch = Vch("nobody");
  add("agent").agent = "vch-1/bench";
  add("registry").registry = "r7.team7.registry.example:5000";
  add("rare registry").registry = "rare.example.net";
  add("no such registry").registry = "never.example";
  add("domain").registry_domain = "team3.registry.example";
  add("rare domain").registry_domain = "example.net";
  add("no such domain").registry_domain = "example.org";
  add("address").registry_cidr = *IpPrefix::Parse("10.3.3.1/32");
  add("prefix").registry_cidr = *IpPrefix::Parse("10.5.0.0/16");
  add("prefix without any").registry_cidr = *IpPrefix::Parse("10.200.0.0/13");
  add("wide prefix without any").registry_cidr =
      *IpPrefix::Parse("128.0.0.0/1");
  add("denials").effect = dec::EFFECT_DENY;
  add("reason").reason = dec::DENY_REASON_ADDRESS_REFUSED;
  add("no such reason").reason = dec::DENY_REASON_AUDIT_UNAVAILABLE;
  add("rule by place").rules = {{"whitelist[3]", ""}};
  add("rule by text").rules = {{"", "*.team9.registry.example:5000"}};
  add("no such rule").rules = {{"insecure[0]", ""}};
  add("https").scheme = dec::SCHEME_HTTPS;
  add("plain http").scheme = dec::SCHEME_HTTP;
  add("newest revision").policy_revision = 1 + events / kAgents / 50'000 - 1;
  add("oldest revision").policy_revision = 1;
  add("certificate").certificate_sha256 = std::string(62, '0') + "07";
  add("no such certificate").certificate_sha256 = std::string(64, 'f');
  add("kind").kinds = {pullgate::audit::v1::AuditEvent::KIND_EPOCH_STARTED};
  add("oldest minute").end = start + absl::Minutes(1);
  auto& never = add("each common, never together");
  never.registry = "r7.team7.registry.example:5000";
  never.rules = {{"whitelist[8]", ""}};
  auto& denied = add("permits of a denial's reason");
  denied.effect = dec::EFFECT_PERMIT;
  denied.reason = dec::DENY_REASON_ADDRESS_REFUSED;
  auto& other = add("another's certificate at a common address");
  other.registry_cidr = *IpPrefix::Parse("10.3.3.1/32");
  other.certificate_sha256 = std::string(62, '0') + "07";
  return questions;
}

void FillLedger(SqliteAuditLedger& ledger, int64_t events) {
  Threads threads;
  for (int agent = 0; agent < kAgents; ++agent) {
    threads.Start([&ledger, agent, events] {
      EventSource source(Vch(absl::StrCat("vch-", agent)), agent);
      for (int64_t i = 0; i < events / kAgents / kBatch; ++i) {
        Payloads batch;
        batch.reserve(kBatch);
        for (int j = 0; j < kBatch; ++j) batch.push_back(source.Next());
        Report(ledger, source.vch(), std::move(batch));
      }
    });
  }
  threads.Join();
}

void BenchFinding(int64_t events) {
  const TempDir dir;
  BenchLedger bench(dir.path());
  const double seconds = SecondsOf([&] { FillLedger(*bench.ledger, events); });
  std::printf("%lld events made and stored in %.0f s\n",
              static_cast<long long>(events), seconds);
  double worst = 0;
  for (const Question& question : Questions(events)) {
    std::vector<double> milliseconds;
    size_t found = 0;
    for (int round = 0; round < kRounds; ++round) {
      milliseconds.push_back(1e3 * SecondsOf([&] {
                               const auto page = bench.ledger->List(
                                   question.filter, 0, kPage);
                               Check(page.status());
                               found = page->entries.size();
                             }));
    }
    const double median = Median(question.name, milliseconds);
    std::printf("  %-45s %8.2f ms, %zu found\n", question.name, median, found);
    worst = std::max(worst, median);
  }
  Result(events == 10'000'000 ? "list_first_page_ms_10m" : "list_first_page_ms",
         worst, "ms");
}

}  // namespace
}  // namespace pullgate::bench

int main(int argc, char** argv) {
  int64_t events = 10'000'000;
  if (argc > 1 && (!absl::SimpleAtoi(argv[1], &events) || events < 8'000)) {
    std::fprintf(stderr, "usage: audit [events, at least 8000]\n");
    return EXIT_FAILURE;
  }
  pullgate::bench::BenchAuthorizeCost();  // first: it forks
  pullgate::bench::BenchSpool();
  pullgate::bench::BenchStoring();
  pullgate::bench::BenchFinding(events);
  return EXIT_SUCCESS;
}
