// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/http_head.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pullgate::agent {
namespace {

std::string WithFields(std::string text, const HttpHead& head) {
  for (const HttpField& field : head.fields) {
    absl::StrAppend(&text, field.name, ": ", field.value, "\r\n");
  }
  return text + "\r\n";
}

}  // namespace

size_t HttpHead::Count(absl::string_view name) const {
  return static_cast<size_t>(std::count_if(
      fields.begin(), fields.end(), [name](const HttpField& field) {
        return absl::EqualsIgnoreCase(field.name, name);
      }));
}

absl::string_view HttpHead::Find(absl::string_view name) const {
  for (const HttpField& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return "";
}

std::string RequestHeadText(const HttpHead& head) {
  return WithFields(
      absl::StrCat(head.method, " ", head.target, " HTTP/1.1\r\n"), head);
}

std::string ResponseHeadText(const HttpHead& head) {
  return WithFields(
      absl::StrCat("HTTP/1.1 ", head.status, " ", head.reason, "\r\n"), head);
}

}  // namespace pullgate::agent
