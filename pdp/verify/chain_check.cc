// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/chain_check.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

constexpr char kChanged[] =
    "it was changed: its hash is not the one that the event after it carries";

// "vchs/{vch}"; the ledger itself has no name.
std::string VchNameOf(const std::string& vch) {
  return vch.empty() ? "" : absl::StrCat("vchs/", vch);
}

}  // namespace

absl::StatusOr<ChainCheck> ChainCheck::Open(const Database& database,
                                            Findings* findings) {
  ChainCheck check(findings);
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT epoch_id, vch, name, last_sequence, "
                         "last_hash, pruned_sequence, pruned_hash FROM epoch"));
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return check;
    Epoch& epoch = check.epochs_[select.Int64(0)];
    epoch.vch = std::string(select.Text(1));
    epoch.name = std::string(select.Text(2));
    epoch.last_sequence = select.Int64(3);
    epoch.last_hash = std::string(select.Blob(4));
    epoch.pruned_sequence = select.Int64(5);
    epoch.pruned_hash = std::string(select.Blob(6));
    epoch.last.sequence = epoch.pruned_sequence;
    const auto hash = EventHashFromBytes(epoch.pruned_hash);
    epoch.has_hash = hash.has_value();
    if (hash) epoch.last.hash = *hash;
  }
}

std::string ChainCheck::IdOf(const EventRow& row) const {
  const auto epoch = epochs_.find(row.epoch_id);
  if (epoch == epochs_.end()) return "";
  return EventIdOf(epoch->second.vch, epoch->second.name, row.sequence);
}

void ChainCheck::AddAt(const EventRow& row, std::string what) {
  findings_->Add({row.position, row.position, IdOf(row), std::move(what)});
}

void ChainCheck::Blame(const Epoch& epoch, const Link& link, std::string what) {
  findings_->Add({link.position, link.position,
                  EventIdOf(epoch.vch, epoch.name, link.sequence),
                  std::move(what)});
}

void ChainCheck::Event(const EventRow& row) {
  const auto found = epochs_.find(row.epoch_id);
  if (found == epochs_.end()) {
    return AddAt(row, absl::StrCat("it is of an epoch, number ", row.epoch_id,
                                   ", that is not in the file"));
  }
  Epoch& epoch = found->second;
  // Before a gap event explains the hole before it.
  CheckLink(epoch, row);
  if (row.event == nullptr) {
    AddAt(row, "it was changed: its bytes are no event");
  } else {
    CheckIdentity(epoch, row);
  }
}

void ChainCheck::CheckIdentity(Epoch& epoch, const EventRow& row) {
  const AuditEvent& event = *row.event;
  if (event.vch() != VchNameOf(epoch.vch) || event.epoch() != epoch.name ||
      event.sequence() != row.sequence || event.event_id() != IdOf(row)) {
    AddAt(row, absl::StrCat("the file has it in place of another event: it "
                            "says itself that it is \"",
                            event.event_id(), "\", of \"", event.vch(),
                            "\", epoch \"", event.epoch(), "\", sequence ",
                            event.sequence()));
    return;
  }
  const std::string wrong = WrongAsLink(event, epoch.own());
  if (!wrong.empty()) AddAt(row, absl::StrCat("it ", wrong));
  if (event.kind() != AuditEvent::KIND_GAP) return;
  auto& holes = epoch.holes;
  holes.erase(std::remove_if(holes.begin(), holes.end(),
                             [&event](const OpenHole& open) {
                               return Explains(event.gap(), open.hole);
                             }),
              holes.end());
}

void ChainCheck::CheckLink(Epoch& epoch, const EventRow& row) {
  if (row.sequence <= epoch.last.sequence) {
    return AddAt(
        row,
        absl::StrCat("it is here twice, or out of order: it "
                     "comes after ",
                     EventIdOf(epoch.vch, epoch.name, epoch.last.sequence),
                     epoch.last.position == 0
                         ? std::string(", which was forgotten")
                         : absl::StrCat(" at position ", epoch.last.position)));
  }
  if (row.sequence > epoch.last.sequence + 1) {
    OpenHoleBefore(epoch, row);
  } else if (row.event != nullptr) {
    CompareHash(epoch, row, row.event->previous_hash());
  } else {
    epoch.doubted.reset();  // named already
  }
  epoch.last = {row.position, row.sequence, row.hash};
  epoch.has_hash = true;
}

void ChainCheck::OpenHoleBefore(Epoch& epoch, const EventRow& row) {
  if (epoch.doubted) {
    Blame(epoch, epoch.last, "it does not carry the hash of the one before it");
    epoch.doubted.reset();
  }
  OpenHole open;
  open.hole.first_sequence = epoch.last.sequence + 1;
  open.hole.last_sequence = row.sequence - 1;
  open.position = row.position;
  if (row.event != nullptr) {
    open.hole.last_hash =
        EventHashFromBytes(row.event->previous_hash()).value_or(EventHash{});
  }
  epoch.holes.push_back(open);
}

void ChainCheck::CompareHash(Epoch& epoch, const EventRow& row,
                             absl::string_view previous_hash) {
  const bool first = row.sequence == 1;
  const bool fits =
      first ? previous_hash.empty()
            : epoch.has_hash && previous_hash == ToBytes(epoch.last.hash);
  const std::optional<Link> doubted = std::exchange(epoch.doubted, {});
  if (doubted) {
    // The last event carries a wrong hash. If its own is right, it is the one
    // before that was changed.
    if (fits) {
      Blame(epoch, *doubted, kChanged);
    } else {
      Blame(epoch, epoch.last,
            "it was changed: it does not carry the hash of the event before "
            "it, nor has it the hash that the one after it carries");
    }
    return;
  }
  if (fits || first) return;
  if (epoch.last.position == 0) {
    AddAt(row,
          "it does not carry the hash that the file keeps of the event "
          "before it, which was forgotten: one of the two was changed");
    return;
  }
  epoch.doubted = epoch.last;
}

absl::Status ChainCheck::Finish(const Database& database, bool tree_holds) {
  std::vector<int64_t> ids;
  ids.reserve(epochs_.size());
  for (const auto& [id, epoch] : epochs_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  for (const int64_t id : ids) CheckEnd(epochs_[id], tree_holds);
  return CheckHoles(database);
}

void ChainCheck::CheckEnd(Epoch& epoch, bool tree_holds) {
  const std::string end = EventIdOf(epoch.vch, epoch.name, epoch.last_sequence);
  const bool fits = epoch.has_hash ? epoch.last_hash == ToBytes(epoch.last.hash)
                                   : epoch.last_hash.empty();
  if (epoch.doubted) {
    if (fits) {
      Blame(epoch, *epoch.doubted, kChanged);
      return;
    }
    Blame(epoch, epoch.last,
          "it was changed: it does not carry the hash of the event before it, "
          "nor has it the hash that the file keeps of it");
  } else if (epoch.last_sequence != epoch.last.sequence) {
    Finding finding;
    if (epoch.last_sequence > epoch.last.sequence) {
      finding.event_id = end;
      finding.what = absl::StrCat(
          "missing: the file has this epoch up to it, and its events up to ",
          epoch.last.sequence);
    } else {
      finding = {epoch.last.position, epoch.last.position,
                 EventIdOf(epoch.vch, epoch.name, epoch.last.sequence),
                 absl::StrCat("the file has this epoch up to sequence ",
                              epoch.last_sequence,
                              " only: it was added, or that was changed")};
    }
    findings_->Add(finding);
  } else if (!fits) {
    Blame(epoch, epoch.last,
          tree_holds ? "the hash that the file keeps of it was changed"
                     : "it was changed, or the hash that the file keeps of it");
  }
  CheckPruned(epoch);
  for (const OpenHole& open : epoch.holes) TellOf(epoch, open);
}

void ChainCheck::CheckPruned(const Epoch& epoch) {
  const bool fits = epoch.pruned_sequence == 0
                        ? epoch.pruned_hash.empty()
                        : epoch.pruned_sequence > 0 &&
                              EventHashFromBytes(epoch.pruned_hash).has_value();
  if (fits) return;
  findings_->Add({0, 0, EventIdOf(epoch.vch, epoch.name, epoch.pruned_sequence),
                  "what the file keeps of it, as the last that was forgotten "
                  "of its epoch, was changed"});
}

void ChainCheck::TellOf(const Epoch& epoch, const OpenHole& open) {
  const int64_t count = open.hole.last_sequence - open.hole.first_sequence + 1;
  unexplained_ += count;
  findings_->Add(
      {0, 0, EventIdOf(epoch.vch, epoch.name, open.hole.first_sequence),
       absl::StrCat("missing",
                    count == 1 ? ""
                               : absl::StrCat(", with all up to sequence ",
                                              open.hole.last_sequence),
                    ", before position ", open.position,
                    ", and no gap event of its agent says why")});
}

absl::Status ChainCheck::CheckHoles(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT epoch_id, first_sequence, last_sequence, "
                         "last_hash FROM hole"));
  // What the file calls unexplained, without what it explains by itself.
  std::set<std::tuple<int64_t, int64_t, int64_t, std::string>> open;
  for (const auto& [id, epoch] : epochs_) {
    for (const OpenHole& one : epoch.holes) {
      open.emplace(id, one.hole.first_sequence, one.hole.last_sequence,
                   ToBytes(one.hole.last_hash));
    }
  }
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return absl::OkStatus();
    const auto epoch = epochs_.find(select.Int64(0));
    const int64_t first = select.Int64(1);
    const int64_t last = select.Int64(2);
    const bool known = epoch != epochs_.end();
    // The events around it were forgotten.
    if (known && last <= epoch->second.pruned_sequence) continue;
    if (open.count(
            {select.Int64(0), first, last, std::string(select.Blob(3))}) > 0) {
      continue;
    }
    findings_->Add(
        {0, 0,
         known ? EventIdOf(epoch->second.vch, epoch->second.name, first) : "",
         absl::StrCat("the file says that this event, and those up to "
                      "sequence ",
                      last, ", are missing, and they are not")});
  }
}

}  // namespace pullgate::pdp
