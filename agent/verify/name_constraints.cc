// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/name_constraints.h"

#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/name_subtree.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

// What comparing two directory names costs, in other comparisons.
constexpr int kDirectoryCost = 32;
// What decoding one name or subtree costs, likewise.
constexpr int kDecodingCost = 4;
constexpr size_t kMaxQuoted = 64;

RuleFailure Bad(std::string clause, int error) {
  return {"name-constraints", std::move(clause), error};
}

absl::string_view View(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

// The text of a name of a kind that has one.
absl::string_view TextOf(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI:
      return View(name.d.ia5);
    case GEN_IPADD:
      return View(name.d.ip);
    default:
      return {};
  }
}

NameConstraintsPtr ReadConstraints(const X509& certificate) {
  NameConstraintsPtr constraints(static_cast<NAME_CONSTRAINTS*>(
      X509_get_ext_d2i(&certificate, NID_name_constraints, nullptr, nullptr)));
  if (constraints == nullptr) DrainSslErrors();
  return constraints;
}

bool IsBase(const GENERAL_NAME& base, AnchorKind kind) {
  switch (base.type) {
    case GEN_DNS:
      return IsDnsBase(TextOf(base),
                       /*leading_dot=*/kind == AnchorKind::kPolicy);
    case GEN_EMAIL:
      return IsEmailBase(TextOf(base));
    case GEN_URI:
      return IsUriBase(TextOf(base));
    case GEN_IPADD:
      return IsIpBase(TextOf(base));
    default:
      return true;
  }
}

bool IsSubtreeList(const STACK_OF(GENERAL_SUBTREE) * list, AnchorKind kind) {
  if (list == nullptr) return true;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(list); ++i) {
    const GENERAL_SUBTREE* subtree = sk_GENERAL_SUBTREE_value(list, i);
    const bool from_zero =
        subtree->minimum == nullptr || ASN1_INTEGER_get(subtree->minimum) == 0;
    if (!from_zero || subtree->maximum != nullptr ||
        !IsBase(*subtree->base, kind)) {
      return false;
    }
  }
  return sk_GENERAL_SUBTREE_num(list) > 0;
}

// A name of a certificate: `directory` where it is one, else `text`.
struct HeldName {
  int kind;
  absl::string_view text;
  const X509_NAME* directory = nullptr;
};

// All names of a certificate that can be constrained.
class HeldNames {
 public:
  explicit HeldNames(const X509& certificate)
      : alternative_(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
            &certificate, NID_subject_alt_name, nullptr, nullptr))) {
    DrainSslErrors();
    for (int i = 0; i < sk_GENERAL_NAME_num(alternative_.get()); ++i) {
      AddAlternative(*sk_GENERAL_NAME_value(alternative_.get(), i));
    }
    const X509_NAME* const subject = X509_get_subject_name(&certificate);
    if (X509_NAME_entry_count(subject) == 0) return;
    names_.push_back({GEN_DIRNAME, {}, subject});
    int at = -1;
    while ((at = X509_NAME_get_index_by_NID(subject, NID_pkcs9_emailAddress,
                                            at)) >= 0) {
      names_.push_back({GEN_EMAIL, View(X509_NAME_ENTRY_get_data(
                                       X509_NAME_get_entry(subject, at)))});
    }
  }

  const std::vector<HeldName>& names() const { return names_; }

 private:
  void AddAlternative(const GENERAL_NAME& name) {
    names_.push_back(
        {name.type, TextOf(name),
         name.type == GEN_DIRNAME ? name.d.directoryName : nullptr});
    // An internationalised mailbox (RFC 8398) is one that email constraints
    // hold for, and that is not compared here.
    if (name.type == GEN_OTHERNAME &&
        OBJ_obj2nid(name.d.otherName->type_id) == NID_id_on_SmtpUTF8Mailbox) {
      names_.push_back({GEN_EMAIL, {}});
    }
  }

  const GeneralNamesPtr alternative_;
  std::vector<HeldName> names_;
};

Subtree Compare(const HeldName& name, const GENERAL_NAME& base) {
  switch (name.kind) {
    case GEN_DNS:
      return DnsInSubtree(name.text, TextOf(base));
    case GEN_IPADD:
      return IpInSubtree(name.text, TextOf(base));
    case GEN_EMAIL:
      return EmailInSubtree(name.text, TextOf(base));
    case GEN_URI:
      return UriInSubtree(name.text, TextOf(base));
    case GEN_DIRNAME:
      return DirectoryInSubtree(name.directory, base.d.directoryName);
    default:
      return Subtree::kMalformed;
  }
}

std::string Describe(const HeldName& name) {
  if (name.kind == GEN_DIRNAME) return DescribeName(name.directory);
  if (name.kind == GEN_IPADD) return "an IP address";
  if (name.text.empty()) return "a name of a kind that is not compared";
  return absl::CEscape(name.text.substr(0, kMaxQuoted));
}

int CountOf(const NAME_CONSTRAINTS& constraints) {
  int count = 0;
  for (const auto* list :
       {constraints.permittedSubtrees, constraints.excludedSubtrees}) {
    if (list != nullptr) count += sk_GENERAL_SUBTREE_num(list);
  }
  return count;
}

// Holds one certificate's names to one extension.
class Holder {
 public:
  Holder(const X509& ca, const NAME_CONSTRAINTS& constraints, int& budget)
      : ca_(ca), constraints_(constraints), budget_(budget) {}

  RuleFailure Check(const HeldName& name) {
    bool constrained = false;
    bool permitted = false;
    for (const GENERAL_NAME* base :
         Bases(constraints_.permittedSubtrees, name)) {
      constrained = true;
      permitted = permitted || Compare(name, *base) == Subtree::kInside;
    }
    bool excluded = false;
    for (const GENERAL_NAME* base :
         Bases(constraints_.excludedSubtrees, name)) {
      excluded = excluded || Compare(name, *base) != Subtree::kOutside;
    }
    if (budget_ < 0) {
      return Bad(absl::StrCat("has more names than can be held to the ",
                              Constraints()),
                 X509_V_ERR_UNSPECIFIED);
    }
    if (excluded) {
      return Bad(absl::StrCat("has a name in an excluded subtree of the ",
                              Constraints(), ": ", Describe(name)),
                 X509_V_ERR_EXCLUDED_VIOLATION);
    }
    if (constrained && !permitted) {
      return Bad(absl::StrCat("has a name in no permitted subtree of the ",
                              Constraints(), ": ", Describe(name)),
                 X509_V_ERR_PERMITTED_VIOLATION);
    }
    return {};
  }

 private:
  std::string Constraints() const {
    return absl::StrCat("name constraints of ",
                        DescribeName(X509_get_subject_name(&ca_)));
  }

  // The subtrees for names of that kind, paid for. None when the budget is
  // spent.
  std::vector<const GENERAL_NAME*> Bases(const STACK_OF(GENERAL_SUBTREE) * list,
                                         const HeldName& name) {
    std::vector<const GENERAL_NAME*> bases;
    const int cost = name.kind == GEN_DIRNAME
                         ? kDirectoryCost
                         : 1 + static_cast<int>(name.text.size()) / 16;
    for (int i = 0; budget_ >= 0 && i < sk_GENERAL_SUBTREE_num(list); ++i) {
      const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(list, i)->base;
      if (base->type != name.kind) continue;
      budget_ -= cost;
      bases.push_back(base);
    }
    return bases;
  }

  const X509& ca_;
  const NAME_CONSTRAINTS& constraints_;
  int& budget_;
};

}  // namespace

RuleFailure CheckNameConstraintsForm(X509* certificate, AnchorKind kind) {
  if (X509_get_ext_by_NID(certificate, NID_name_constraints, -1) < 0) return {};
  if ((X509_get_extension_flags(certificate) & EXFLAG_CA) == 0) {
    return Bad("has name constraints without being a CA",
               X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE);
  }
  const NameConstraintsPtr constraints = ReadConstraints(*certificate);
  if (constraints != nullptr &&
      (constraints->permittedSubtrees != nullptr ||
       constraints->excludedSubtrees != nullptr) &&
      IsSubtreeList(constraints->permittedSubtrees, kind) &&
      IsSubtreeList(constraints->excludedSubtrees, kind)) {
    return {};
  }
  return Bad("has malformed name constraints",
             X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX);
}

PathFailure CheckNameConstraints(const std::vector<X509*>& path, int& budget) {
  for (size_t ca = path.size() - 1; ca > 0; --ca) {
    if (X509_get_ext_by_NID(path[ca], NID_name_constraints, -1) < 0) continue;
    const NameConstraintsPtr constraints = ReadConstraints(*path[ca]);
    if (constraints == nullptr) {
      return {Bad("has malformed name constraints",
                  X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX),
              ca};
    }
    budget -= kDecodingCost * CountOf(*constraints);
    Holder holder(*path[ca], *constraints, budget);
    for (size_t below = 0; below < ca; ++below) {
      if (below > 0 && IsSelfIssued(*path[below])) continue;
      const HeldNames held(*path[below]);
      budget -= kDecodingCost * static_cast<int>(held.names().size());
      for (const HeldName& name : held.names()) {
        if (RuleFailure failure = holder.Check(name)) {
          return {std::move(failure), below};
        }
      }
    }
  }
  return {};
}

}  // namespace pullgate::agent
