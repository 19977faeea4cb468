// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/name_subtree.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

// Letters, digits, inner hyphens; and underscores, which hosts have though DNS
// names of this project have not.
bool IsHostName(absl::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' ||
        label.back() == '-' ||
        !std::all_of(label.begin(), label.end(), [](char c) {
          return absl::ascii_isalnum(c) || c == '-' || c == '_';
        })) {
      return false;
    }
  }
  return true;
}

bool IsBelow(absl::string_view name, absl::string_view domain) {
  return name.size() > domain.size() + 1 &&
         absl::EndsWithIgnoreCase(name, domain) &&
         name[name.size() - domain.size() - 1] == '.';
}

// A host of an email or URI constraint: itself, or with a leading dot all below
// it.
Subtree HostInSubtree(absl::string_view host, absl::string_view base) {
  if (!IsHostName(host)) return Subtree::kMalformed;
  if (base.empty()) return Subtree::kInside;
  const bool inside = base.front() == '.' ? IsBelow(host, base.substr(1))
                                          : absl::EqualsIgnoreCase(host, base);
  return inside ? Subtree::kInside : Subtree::kOutside;
}

Subtree WildcardInSubtree(absl::string_view parent, absl::string_view base) {
  const bool dotted = absl::StartsWith(base, ".");
  const absl::string_view domain = dotted ? base.substr(1) : base;
  if (absl::EqualsIgnoreCase(parent, domain) || IsBelow(parent, domain)) {
    return Subtree::kInside;
  }
  // What follows the first label of the base is what follows the asterisk.
  const size_t dot = domain.find('.');
  const bool partly = !dotted && dot != absl::string_view::npos &&
                      absl::EqualsIgnoreCase(domain.substr(dot + 1), parent);
  return partly ? Subtree::kPartly : Subtree::kOutside;
}

}  // namespace

Subtree DnsInSubtree(absl::string_view name, absl::string_view base) {
  const bool wildcard = absl::StartsWith(name, "*.");
  if (!IsHostName(wildcard ? name.substr(2) : name)) return Subtree::kMalformed;
  if (base.empty()) return Subtree::kInside;
  if (wildcard) return WildcardInSubtree(name.substr(2), base);
  const bool inside =
      base.front() == '.'
          ? IsBelow(name, base.substr(1))
          : absl::EqualsIgnoreCase(name, base) || IsBelow(name, base);
  return inside ? Subtree::kInside : Subtree::kOutside;
}

Subtree IpInSubtree(absl::string_view octets, absl::string_view base) {
  const size_t size = octets.size();
  if (size != 4 && size != 16) return Subtree::kMalformed;
  if (base.size() != 2 * size) return Subtree::kOutside;
  for (size_t i = 0; i < size; ++i) {
    if (((octets[i] ^ base[i]) & base[size + i]) != 0) return Subtree::kOutside;
  }
  return Subtree::kInside;
}

Subtree EmailInSubtree(absl::string_view mailbox, absl::string_view base) {
  const size_t at = mailbox.find('@');
  if (at == absl::string_view::npos || at == 0 ||
      !std::all_of(mailbox.begin(), mailbox.begin() + at, [](char c) {
        return absl::ascii_isgraph(c) && c != '"' && c != '\\';
      })) {
    return Subtree::kMalformed;
  }
  const absl::string_view host = mailbox.substr(at + 1);
  const size_t base_at = base.find('@');
  if (base_at == absl::string_view::npos) return HostInSubtree(host, base);
  if (!IsHostName(host)) return Subtree::kMalformed;
  return mailbox.substr(0, at) == base.substr(0, base_at) &&
                 absl::EqualsIgnoreCase(host, base.substr(base_at + 1))
             ? Subtree::kInside
             : Subtree::kOutside;
}

Subtree UriInSubtree(absl::string_view uri, absl::string_view base) {
  const size_t colon = uri.find(':');
  if (colon == absl::string_view::npos ||
      !absl::StartsWith(uri.substr(colon), "://")) {
    return Subtree::kMalformed;
  }
  absl::string_view host = uri.substr(colon + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const size_t at = host.rfind('@');
  if (at != absl::string_view::npos) host.remove_prefix(at + 1);
  host = host.substr(0, host.find(':'));
  const size_t last = host.rfind('.') + 1;
  const bool number =
      last < host.size() &&
      std::all_of(host.begin() + last, host.end(), absl::ascii_isdigit);
  return number ? Subtree::kMalformed : HostInSubtree(host, base);
}

Subtree DirectoryInSubtree(const X509_NAME* name, const X509_NAME* base) {
  const int size = X509_NAME_entry_count(base);
  const int count = X509_NAME_entry_count(name);
  if (size == 0) return Subtree::kInside;
  if (size > count) return Subtree::kOutside;
  // A relative name of several parts counts whole.
  if (size < count &&
      X509_NAME_ENTRY_set(X509_NAME_get_entry(name, size)) ==
          X509_NAME_ENTRY_set(X509_NAME_get_entry(name, size - 1))) {
    return Subtree::kOutside;
  }
  const X509NamePtr head(X509_NAME_dup(name));
  for (int i = count; i > size; --i) {
    const X509NameEntryPtr tail(X509_NAME_delete_entry(head.get(), i - 1));
  }
  return X509_NAME_cmp(head.get(), base) == 0 ? Subtree::kInside
                                              : Subtree::kOutside;
}

bool IsDnsBase(absl::string_view base, bool leading_dot) {
  if (base.empty()) return true;
  if (leading_dot && base.front() == '.') base.remove_prefix(1);
  return IsHostName(base);
}

bool IsIpBase(absl::string_view base) {
  if (base.size() != 8 && base.size() != 32) return false;
  bool ended = false;
  for (size_t i = base.size() / 2; i < base.size(); ++i) {
    for (int bit = 7; bit >= 0; --bit) {
      const bool set = ((base[i] >> bit) & 1) != 0;
      if (set && ended) return false;
      ended = !set;
    }
  }
  return true;
}

bool IsEmailBase(absl::string_view base) {
  const size_t at = base.find('@');
  if (at == absl::string_view::npos) return IsUriBase(base);
  return at > 0 && IsHostName(base.substr(at + 1));
}

bool IsUriBase(absl::string_view base) {
  if (base.empty()) return true;
  if (base.front() == '.') base.remove_prefix(1);
  return IsHostName(base);
}

}  // namespace pullgate::agent
