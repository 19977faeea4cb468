// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/batch.h"

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error_info.h"
#include "pdp/service/pull_question.h"

namespace pullgate::pdp {
namespace {

namespace decision_pb = pullgate::decision::v1;
using Item = decision_pb::BatchCheckPullsResponse::Item;

// The status that CheckPull would have returned, as a message.
void WriteError(const absl::Status& status, google::rpc::Status& proto) {
  const grpc::Status wire = ToGrpcStatus(status);
  if (!proto.ParseFromString(wire.error_details())) proto.Clear();
  proto.set_code(static_cast<int>(wire.error_code()));
  proto.set_message(wire.error_message());
}

// One batch under way. Kept alive by the items that are; the last one to go
// says that it is done.
struct Batch {
  Batch(Caller caller, const BatchParts& parts, std::function<void()> done)
      : caller(std::move(caller)), parts(parts), done(std::move(done)) {}
  ~Batch() { done(); }

  void Write(absl::StatusOr<DecisionHandler::Answered> answered,
             Item& item) const {
    if (answered.ok()) {
      parts.observer->Decided(caller, std::move(answered->record));
      *item.mutable_decision() = std::move(answered->decision);
    } else {
      parts.observer->Failed(caller, answered.status());
      WriteError(answered.status(), *item.mutable_error());
    }
  }

  const Caller caller;
  const BatchParts parts;
  const std::function<void()> done;
};

}  // namespace

absl::Status CheckBatch(const Caller& caller,
                        const decision_pb::BatchCheckPullsRequest& request) {
  if (request.requests_size() < 1 || request.requests_size() > kMaxBatch) {
    return InField("requests",
                   absl::InvalidArgumentError(absl::StrCat(
                       "expected 1 to ", kMaxBatch, " questions; this has ",
                       request.requests_size())));
  }
  for (const decision_pb::CheckPullRequest& item : request.requests()) {
    // A malformed name fails its item only.
    const absl::Status status = VchToAskFor(caller, item).status();
    if (absl::IsPermissionDenied(status)) return status;
  }
  return absl::OkStatus();
}

void AnswerBatch(const Caller& caller, const BatchParts& parts,
                 const decision_pb::BatchCheckPullsRequest& request,
                 decision_pb::BatchCheckPullsResponse* response,
                 std::function<void()> done) {
  // All items first: adding one later would move those that others write.
  response->mutable_items()->Reserve(request.requests_size());
  for (int i = 0; i < request.requests_size(); ++i) response->add_items();

  const auto batch =
      std::make_shared<const Batch>(caller, parts, std::move(done));
  for (int i = 0; i < request.requests_size(); ++i) {
    Item& item = *response->mutable_items(i);
    auto question = ParsePullQuestion(caller, request.requests(i));
    if (!question.ok()) {
      batch->Write(question.status(), item);
      continue;
    }
    if (auto now = parts.handler->AnswerNow(*question)) {
      batch->Write(*std::move(now), item);
      continue;
    }
    const absl::Status posted =
        parts.workers->Post([batch, &item, question = *std::move(question)] {
          batch->Write(
              batch->parts.handler->Answer(question, batch->parts.deadline),
              item);
        });
    if (!posted.ok()) batch->Write(posted, item);
  }
}

}  // namespace pullgate::pdp
