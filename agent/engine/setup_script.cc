// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/setup_script.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pullgate::agent {
namespace {

constexpr size_t kWidth = 78;
constexpr size_t kMostItems = 20;
constexpr char kEnd[] = "END_OF_FILE";

std::string Comment(absl::string_view text) {
  std::string out;
  std::string line = "#";
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (line.size() + 1 + word.size() > kWidth) {
      absl::StrAppend(&out, line, "\n");
      line = "#";
    }
    absl::StrAppend(&line, " ", word);
  }
  return absl::StrCat(out, line, "\n");
}

// The shell expands nothing in it.
std::string HereDocument(absl::string_view command,
                         absl::string_view contents) {
  return absl::StrCat(command, " <<'", kEnd, "'\n", contents, kEnd, "\n");
}

}  // namespace

SetupScript::SetupScript(const std::vector<std::string>& paragraphs) {
  for (const std::string& paragraph : paragraphs) {
    absl::StrAppend(&text_, text_.empty() ? "" : "#\n", Comment(paragraph));
  }
  absl::StrAppend(&text_, R"sh(
set -eu
root=${1-}

# put FILE: makes it, world-readable, from standard input.
put() {
  mkdir -p "$(dirname "$root$1")"
  cat >"$root$1.new"
  chmod 0644 "$root$1.new"
  mv "$root$1.new" "$root$1"
}
)sh");
}

void SetupScript::Explain(absl::string_view text) {
  absl::StrAppend(&text_, "\n", Comment(text));
}

void SetupScript::List(const std::vector<std::string>& items) {
  const size_t shown = std::min(items.size(), kMostItems);
  for (size_t i = 0; i < shown; ++i) {
    absl::StrAppend(&text_, "#   ", items[i], "\n");
  }
  if (shown < items.size()) {
    absl::StrAppend(&text_, "#   and ", items.size() - shown, " more\n");
  }
}

void SetupScript::Put(absl::string_view path, absl::string_view contents) {
  absl::StrAppend(&text_, HereDocument(absl::StrCat("put ", path), contents));
}

void SetupScript::PutIfNew(absl::string_view path, absl::string_view contents,
                           absl::string_view otherwise) {
  absl::StrAppend(&text_, "file=", path, "\n",
                  "if [ -e \"$root$file\" ]; then\n", "  file=$file.pullgate\n",
                  "  echo \"", otherwise, "\"\n", "fi\n",
                  HereDocument("put \"$file\"", contents));
}

void SetupScript::PutForEach(const std::vector<std::string>& registries,
                             const std::vector<File>& files) {
  absl::StrAppend(&text_, "for registry in");
  for (const std::string& registry : registries) {
    absl::StrAppend(&text_, " \\\n  '", registry, "'");
  }
  absl::StrAppend(&text_, "\ndo\n");
  for (const File& file : files) {
    // Expanded, for the name of the registry; nothing else in it can be.
    absl::StrAppend(&text_, "put \"", file.path, "\" <<", kEnd, "\n",
                    file.contents, kEnd, "\n");
  }
  absl::StrAppend(&text_, "done\n");
}

std::string SetupScript::Finish(absl::string_view closing) && {
  absl::StrAppend(&text_, "\n[ -n \"$root\" ] || echo \"", closing, "\"\n");
  return std::move(text_);
}

}  // namespace pullgate::agent
