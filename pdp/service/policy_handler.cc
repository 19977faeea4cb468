// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/policy_handler.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/identity/vch_id.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/policy_proto.h"
#include "pdp/service/page.h"
#include "pdp/service/token.h"

namespace pullgate::pdp {
namespace {

namespace policy_pb = pullgate::policy::v1;

constexpr char kListing[] = "list of policies";
constexpr char kHistory[] = "list of revisions";
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

absl::Status CheckRevision(int64_t revision, int64_t least) {
  if (revision >= least) return absl::OkStatus();
  return InField("revision", absl::InvalidArgumentError(absl::StrCat(
                                 "expected a revision of this policy, and got ",
                                 revision)));
}

absl::StatusOr<bool> MustNotWiden(policy_pb::Requirement require) {
  if (policy_pb::Requirement_IsValid(require)) {
    return require == policy_pb::NARROWER_OR_EQUAL;
  }
  return InField("require", absl::InvalidArgumentError(
                                absl::StrCat(static_cast<int>(require),
                                             " is unknown here; expected "
                                             "NARROWER_OR_EQUAL or none")));
}

// Fills in what responses of changes have in common.
template <typename Response>
void Report(SetOutcome outcome, Response& response) {
  if (outcome.policy) *response.mutable_policy() = *std::move(outcome.policy);
  if (outcome.impact) *response.mutable_impact() = *std::move(outcome.impact);
  for (const Finding& finding : outcome.findings) {
    *response.add_findings() = wire::ToProto(finding);
  }
}

}  // namespace

PolicyHandler::PolicyHandler(PolicyStore* store, PolicyBook* book,
                             PolicyObserver* observer, const Clock* clock)
    : store_(store),
      book_(book),
      observer_(observer),
      clock_(clock),
      comparer_(store, book) {}

absl::StatusOr<policy_pb::GetPolicyResponse> PolicyHandler::GetPolicy(
    const policy_pb::GetPolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  PULLGATE_RETURN_IF_ERROR(CheckRevision(request.revision(), /*least=*/0));
  policy_pb::GetPolicyResponse response;
  if (request.revision() != 0) {
    PULLGATE_ASSIGN_OR_RETURN(auto past,
                              store_->GetRevision(vch, request.revision()));
    if (!past) {
      return absl::NotFoundError(absl::StrCat("revision ", request.revision(),
                                              " deleted ", vch.PolicyName()));
    }
    *response.mutable_policy() = *std::move(past);
    return response;
  }
  PULLGATE_ASSIGN_OR_RETURN(StoredPolicy stored, store_->Get(vch));
  *response.mutable_policy() = std::move(stored.policy);
  return response;
}

absl::StatusOr<policy_pb::ListPoliciesResponse> PolicyHandler::ListPolicies(
    const policy_pb::ListPoliciesRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  std::string after;
  if (!request.page_token().empty()) {
    auto position = ReadToken(kListing, "", request.page_token());
    if (!position.ok()) return InField("page_token", position.status());
    after = *std::move(position);
  }
  policy_pb::ListPoliciesResponse response;
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

absl::StatusOr<policy_pb::SetPolicyResponse> PolicyHandler::SetPolicy(
    const Caller& caller, const policy_pb::SetPolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch,
                            VchOf("policy.name", request.policy().name()));
  PULLGATE_RETURN_IF_ERROR(CheckNote(request.change_note()));
  const Change change = ChangeBy(caller, request.change_note());
  Proposal proposal = {request.policy(), request.policy().etag()};
  PULLGATE_ASSIGN_OR_RETURN(proposal.must_not_widen,
                            MustNotWiden(request.require()));
  PULLGATE_ASSIGN_OR_RETURN(SetOutcome outcome,
                            request.validate_only()
                                ? book_->Try(vch, proposal, change.time)
                                : book_->Set(vch, proposal, change));
  policy_pb::SetPolicyResponse response;
  Report(std::move(outcome), response);
  if (!request.validate_only()) {
    observer_->PolicyChanged(vch, "set", response.policy().revision(),
                             change.actor, change.note);
  }
  return response;
}

absl::StatusOr<policy_pb::DeletePolicyResponse> PolicyHandler::DeletePolicy(
    const Caller& caller, const policy_pb::DeletePolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  PULLGATE_RETURN_IF_ERROR(CheckNote(request.change_note()));
  const Change change = ChangeBy(caller, request.change_note());
  policy_pb::DeletePolicyResponse response;
  PULLGATE_ASSIGN_OR_RETURN(const int64_t revision,
                            book_->Delete(vch, request.etag(), change));
  response.set_revision(revision);
  observer_->PolicyChanged(vch, "deleted", revision, change.actor, change.note);
  return response;
}

absl::StatusOr<policy_pb::ComparePoliciesResponse>
PolicyHandler::ComparePolicies(
    const policy_pb::ComparePoliciesRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  policy_pb::ComparePoliciesResponse response;
  PULLGATE_ASSIGN_OR_RETURN(*response.mutable_impact(),
                            comparer_.Compare(vch, request, clock_->Now()));
  return response;
}

absl::StatusOr<policy_pb::ListPolicyRevisionsResponse>
PolicyHandler::ListPolicyRevisions(
    const policy_pb::ListPolicyRevisionsRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  PULLGATE_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  int64_t before = std::numeric_limits<int64_t>::max();
  if (!request.page_token().empty()) {
    const auto position = ReadToken(kHistory, vch.text(), request.page_token());
    if (!position.ok()) return InField("page_token", position.status());
    if (!absl::SimpleAtoi(*position, &before)) {
      return absl::InternalError("a page token of ours holds no revision");
    }
  }
  policy_pb::ListPolicyRevisionsResponse response;
  size_t bytes = 0;
  while (true) {
    const int left = page_size - response.revisions_size();
    const int limit = std::min(left + 1, kReadAtOnce);
    PULLGATE_ASSIGN_OR_RETURN(std::vector<policy_pb::PolicyRevision> revisions,
                              store_->ListRevisions(vch, before, limit));
    for (policy_pb::PolicyRevision& next : revisions) {
      const size_t size = next.ByteSizeLong();
      const bool full =
          response.revisions_size() == page_size ||
          (response.revisions_size() > 0 && bytes + size > kMaxPageBytes);
      if (full) {
        response.set_next_page_token(
            MakeToken(kHistory, vch.text(), absl::StrCat(before)));
        return response;
      }
      bytes += size;
      before = next.revision();
      *response.add_revisions() = std::move(next);
    }
    if (revisions.size() < static_cast<size_t>(limit)) break;
  }
  if (response.revisions().empty() && request.page_token().empty()) {
    return absl::NotFoundError(
        absl::StrCat(vch.Name(), " never had a policy of its own"));
  }
  return response;
}

absl::StatusOr<policy_pb::RollbackPolicyResponse> PolicyHandler::RollbackPolicy(
    const Caller& caller, const policy_pb::RollbackPolicyRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(const VchId vch, VchOf("name", request.name()));
  PULLGATE_RETURN_IF_ERROR(CheckRevision(request.revision(), /*least=*/1));
  PULLGATE_RETURN_IF_ERROR(CheckNote(request.change_note()));
  PULLGATE_ASSIGN_OR_RETURN(const auto past,
                            store_->GetRevision(vch, request.revision()));
  if (!past) {
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat(
            "revision ", request.revision(), " deleted ", vch.PolicyName(),
            "; to delete it again, call DeletePolicy")),
        "REVISION_IS_DELETION");
  }
  const Change change = ChangeBy(caller, request.change_note());
  Proposal proposal = {*past, request.etag()};
  proposal.restores = request.revision();
  PULLGATE_ASSIGN_OR_RETURN(proposal.must_not_widen,
                            MustNotWiden(request.require()));
  absl::StatusOr<SetOutcome> outcome = book_->Set(vch, proposal, change);
  if (absl::IsInvalidArgument(outcome.status())) {
    // The request is fine; what it asks for no longer is.
    absl::Status refused = absl::FailedPreconditionError(
        absl::StrCat("revision ", request.revision(),
                     " would be refused now: ", outcome.status().message()));
    return WithFieldViolations(
        WithReason(std::move(refused), ReasonOf(outcome.status())),
        FieldViolationsOf(outcome.status()));
  }
  PULLGATE_RETURN_IF_ERROR(outcome.status());
  policy_pb::RollbackPolicyResponse response;
  Report(*std::move(outcome), response);
  observer_->PolicyChanged(vch, "rolled_back", response.policy().revision(),
                           change.actor, change.note);
  return response;
}

Change PolicyHandler::ChangeBy(const Caller& caller,
                               const std::string& note) const {
  return Change{caller.ToString(), note, clock_->Now()};
}

}  // namespace pullgate::pdp
