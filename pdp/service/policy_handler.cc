// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/policy_handler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/identity/vch_id.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/policy_proto.h"
#include "pdp/service/page.h"
#include "pdp/service/token.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::policy::v1;

constexpr char kListing[] = "list of policies";
constexpr size_t kMaxNoteBytes = 1024;
// Policies are read so many at a time, and a page ends early once it is this
// large: clients take 4 MiB in one message unless told otherwise.
constexpr int kReadAtOnce = 20;
constexpr size_t kMaxPageBytes = size_t{2} << 20;

absl::StatusOr<VchId> VchOf(absl::string_view field, const std::string& name) {
  absl::StatusOr<VchId> vch = VchId::ParsePolicyName(name);
  if (!vch.ok()) return InField(field, vch.status());
  return vch;
}

absl::Status CheckNote(const std::string& note) {
  if (note.size() <= kMaxNoteBytes) return absl::OkStatus();
  return InField("change_note", absl::InvalidArgumentError(absl::StrCat(
                                    "at most ", kMaxNoteBytes,
                                    " bytes; this has ", note.size())));
}

}  // namespace

PolicyHandler::PolicyHandler(PolicyStore* store, PolicyBook* book,
                             PolicyObserver* observer, const Clock* clock)
    : store_(store), book_(book), observer_(observer), clock_(clock) {}

absl::StatusOr<pb::GetPolicyResponse> PolicyHandler::GetPolicy(
    const pb::GetPolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  PULLGATE_ASSIGN_OR_RETURN(StoredPolicy stored, store_->Get(vch));
  pb::GetPolicyResponse response;
  *response.mutable_policy() = std::move(stored.policy);
  return response;
}

absl::StatusOr<pb::ListPoliciesResponse> PolicyHandler::ListPolicies(
    const pb::ListPoliciesRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  std::string after;
  if (!request.page_token().empty()) {
    auto position = ReadToken(kListing, "", request.page_token());
    if (!position.ok()) return InField("page_token", position.status());
    after = *std::move(position);
  }
  pb::ListPoliciesResponse response;
  size_t bytes = 0;
  while (true) {
    const int left = page_size - response.policies_size();
    // One more than fits tells whether there is a next page.
    const int limit = std::min(left + 1, kReadAtOnce);
    PULLGATE_ASSIGN_OR_RETURN(std::vector<StoredPolicy> stored,
                              store_->List(after, limit));
    for (StoredPolicy& next : stored) {
      const size_t size = next.policy.ByteSizeLong();
      const bool full =
          response.policies_size() == page_size ||
          (response.policies_size() > 0 && bytes + size > kMaxPageBytes);
      if (full) {
        response.set_next_page_token(MakeToken(kListing, "", after));
        return response;
      }
      bytes += size;
      after = next.vch.text();
      *response.add_policies() = std::move(next.policy);
    }
    if (stored.size() < static_cast<size_t>(limit)) return response;
  }
}

absl::StatusOr<pb::SetPolicyResponse> PolicyHandler::SetPolicy(
    const Caller& caller, const pb::SetPolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch,
                            VchOf("policy.name", request.policy().name()));
  PULLGATE_RETURN_IF_ERROR(CheckNote(request.change_note()));
  const Change change = ChangeBy(caller, request.change_note());
  const std::string& etag = request.policy().etag();
  PULLGATE_ASSIGN_OR_RETURN(
      SetOutcome outcome,
      request.validate_only()
          ? book_->Try(vch, request.policy(), etag, change.time)
          : book_->Set(vch, request.policy(), etag, change));
  pb::SetPolicyResponse response;
  if (outcome.policy) *response.mutable_policy() = *std::move(outcome.policy);
  for (const Finding& finding : outcome.findings) {
    *response.add_findings() = wire::ToProto(finding);
  }
  if (!request.validate_only()) {
    observer_->PolicyChanged(vch, "set", response.policy().revision(),
                             change.actor, change.note);
  }
  return response;
}

absl::StatusOr<pb::DeletePolicyResponse> PolicyHandler::DeletePolicy(
    const Caller& caller, const pb::DeletePolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  const Change change = ChangeBy(caller, "");
  pb::DeletePolicyResponse response;
  PULLGATE_ASSIGN_OR_RETURN(const int64_t revision,
                            book_->Delete(vch, request.etag(), change));
  response.set_revision(revision);
  observer_->PolicyChanged(vch, "deleted", revision, change.actor, "");
  return response;
}

Change PolicyHandler::ChangeBy(const Caller& caller,
                               const std::string& note) const {
  return Change{caller.ToString(), note, clock_->Now()};
}

}  // namespace pullgate::pdp
