// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// How fast the engine decides, and what a policy costs:
// `bazel run -c opt //tests/bench:engine`. Closes with lines of the form
// "result <name> <value> <unit>", medians over the repetitions.
//
// What is timed is Evaluate() on parsed questions, half of them about what a
// rule covers; "answer" is all of Decide(), with the sentence for a person.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "common/policy/decide.h"
#include "common/policy/evaluate.h"
#include "common/policy/policy_index.h"
#include "tests/bench/linear_scan.h"
#include "tests/bench/rule_sets.h"
#include "tests/support/heap_count.h"

namespace pullgate::bench {
namespace {

using pullgate::testing::CountHeap;

// As many different registries as a large site asks about; a power of two.
constexpr int kQuestions = 1024;
constexpr int kRepetitions = 5;
constexpr int kMillion = 1000000;

double most_allocations = 0;
double bytes_per_rule_1m = 0;

std::shared_ptr<const PolicySnapshot> Compile(const PolicyText& text) {
  CompileResult result = CompilePolicy(text, MakeSettings());
  if (result.snapshot != nullptr) return result.snapshot;
  std::fprintf(stderr, "%s: %s\n", result.findings.front().place.c_str(),
               result.findings.front().message.c_str());
  std::exit(EXIT_FAILURE);
}

// One policy with questions to it. Kept as long as the next benchmark wants the
// same, since a million rules take a second to make.
struct Setup {
  RuleKinds kinds;
  int rules;
  PolicyText text;
  std::shared_ptr<const PolicySnapshot> snapshot;
  std::vector<Asked> questions;

  static const Setup& Of(RuleKinds kinds, int rules) {
    static std::unique_ptr<Setup> last;
    if (last != nullptr && last->kinds == kinds && last->rules == rules) {
      return *last;
    }
    last.reset();
    last = std::make_unique<Setup>();
    last->kinds = kinds;
    last->rules = rules;
    last->text = MakePolicy(kinds, rules);
    last->snapshot = Compile(last->text);
    last->questions = MakeQuestions(kinds, last->text, kQuestions);
    return *last;
  }
};

// Calls `decide` with one question after the other.
template <typename Decider>
void AskAll(benchmark::State& state, const Setup& setup, Decider&& decide) {
  size_t next = 0;
  for (auto unused : state) {
    const Asked& asked = setup.questions[next++ & (kQuestions - 1)];
    benchmark::DoNotOptimize(decide(asked));
  }
}

void BmDecide(benchmark::State& state, RuleKinds kinds) {
  const Setup& setup = Setup::Of(kinds, static_cast<int>(state.range(0)));
  const PolicyIndex& index = setup.snapshot->index();
  const int64_t before = CountHeap().allocations;
  AskAll(state, setup, [&](const Asked& asked) {
    return Evaluate(index, asked.question, asked.evidence);
  });
  const double allocations =
      static_cast<double>(CountHeap().allocations - before) /
      static_cast<double>(state.iterations());
  // Timing itself allocates once or twice.
  if (state.iterations() > 100000) {
    most_allocations =
        std::max(most_allocations, allocations < 0.001 ? 0.0 : allocations);
  }
}

void BmAnswer(benchmark::State& state, RuleKinds kinds) {
  const Setup& setup = Setup::Of(kinds, static_cast<int>(state.range(0)));
  AskAll(state, setup, [&](const Asked& asked) {
    return Decide(*setup.snapshot, asked.question, asked.evidence)->effect;
  });
}

// It decides the same, or there is nothing to compare.
void CheckSame(const Setup& setup, const LinearScan& scan) {
  for (size_t i = 0; i < setup.questions.size(); i += 16) {
    const Asked& asked = setup.questions[i];
    const Evaluation ours =
        Evaluate(setup.snapshot->index(), asked.question, asked.evidence);
    const Evaluation plain = scan.Evaluate(asked.question, asked.evidence);
    if (ours.has_https_route() == plain.has_https_route() &&
        ours.has_http_route() == plain.has_http_route() &&
        ours.https.insecure == plain.https.insecure &&
        ours.https.decider.rank == plain.https.decider.rank) {
      continue;
    }
    std::fprintf(stderr, "the linear scan decides otherwise on %s\n",
                 asked.question.ToString().c_str());
    std::exit(EXIT_FAILURE);
  }
}

void BmLinear(benchmark::State& state, RuleKinds kinds) {
  const Setup& setup = Setup::Of(kinds, static_cast<int>(state.range(0)));
  const LinearScan scan(setup.text, setup.snapshot->index());
  if (setup.rules <= 100000) CheckSame(setup, scan);
  AskAll(state, setup, [&](const Asked& asked) {
    return scan.Evaluate(asked.question, asked.evidence);
  });
}

void BmCompile(benchmark::State& state, RuleKinds kinds) {
  const int rules = static_cast<int>(state.range(0));
  const PolicyText text = MakePolicy(kinds, rules);
  std::shared_ptr<const PolicySnapshot> snapshot;
  double bytes = 0;
  for (auto unused : state) {
    snapshot.reset();
    const int64_t before = CountHeap().bytes;
    snapshot = Compile(text);
    bytes = static_cast<double>(CountHeap().bytes - before) / rules;
  }
  state.counters["bytes_per_rule"] = bytes;
  if (kinds == RuleKinds::kMixed && rules == kMillion) {
    bytes_per_rule_1m = bytes;
  }
}

// Shows everything, and keeps medians in nanoseconds.
class Reporter : public benchmark::ConsoleReporter {
 public:
  // One repetition to a row is too much to read; the output is not for colour.
  Reporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.aggregate_name != "median") continue;
      medians_[run.run_name.function_name + "/" + run.run_name.args] =
          run.GetAdjustedCPUTime() /
          benchmark::GetTimeUnitMultiplier(run.time_unit) * 1e9;
    }
  }

  // Of the benchmark, as registered; 0 if it did not run.
  double Median(const std::string& name) const {
    const auto found = medians_.find(name);
    return found == medians_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, double> medians_;
};

template <typename Function>
void Register(const std::string& what, Function* function, RuleKinds kinds,
              const std::vector<int>& sizes) {
  for (const int rules : sizes) {
    benchmark::internal::Benchmark* added = benchmark::RegisterBenchmark(
        absl::StrCat(what, "_", NameOf(kinds)).c_str(), function, kinds);
    added->Arg(rules)->Repetitions(kRepetitions)->ReportAggregatesOnly(true);
    if (what == "compile") added->Unit(benchmark::kMillisecond)->Iterations(1);
  }
}

void RegisterAll() {
  for (const int rules : {10, 1000, 100000, kMillion}) {
    Register("decide", BmDecide, RuleKinds::kMixed, {rules});
    Register("answer", BmAnswer, RuleKinds::kMixed, {rules});
    Register("linear", BmLinear, RuleKinds::kMixed, {rules});
  }
  for (const RuleKinds kinds :
       {RuleKinds::kOneSuffix, RuleKinds::kDeepNames, RuleKinds::kSingles,
        RuleKinds::kNestedV4, RuleKinds::kNestedV6}) {
    Register("decide", BmDecide, kinds, {1000, 100000, kMillion});
  }
  for (const RuleKinds kinds : {RuleKinds::kMixed, RuleKinds::kNestedV6}) {
    Register("compile", BmCompile, kinds, {kMillion});
  }
}

void PrintResults(const Reporter& reporter) {
  const auto result = [](const char* name, double value, const char* unit) {
    std::printf("result %s %.4g %s\n", name, value, unit);
  };
  const double ours_100k = reporter.Median("decide_mixed/100000");
  result("decide_ns_1k", reporter.Median("decide_mixed/1000"), "ns");
  result("decide_ns_100k", ours_100k, "ns");
  result("decide_ns_1m", reporter.Median("decide_mixed/1000000"), "ns");
  result("linear_over_ours_100k",
         ours_100k > 0 ? reporter.Median("linear_mixed/100000") / ours_100k : 0,
         "x");
  result("compile_s_1m", reporter.Median("compile_mixed/1000000") / 1e9, "s");
  result("bytes_per_rule_1m", bytes_per_rule_1m, "bytes");
  result("allocations_per_decision", most_allocations, "count");
}

}  // namespace
}  // namespace pullgate::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
  pullgate::bench::RegisterAll();
  pullgate::bench::Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  pullgate::bench::PrintResults(reporter);
  return EXIT_SUCCESS;
}
