// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/image_reference.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/registry/docker_hub.h"
#include "common/registry/redact.h"
#include "common/registry/text_check.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// distribution/reference: RepositoryNameTotalLengthMax; registry included, tag
// and digest not.
constexpr size_t kMaxNameBytes = 255;
constexpr size_t kMaxTagBytes = 128;
constexpr size_t kShortestDigest = 32;
constexpr size_t kMaxTextBytes = 4096;
constexpr size_t kImageIdBytes = 64;

absl::Status Problem(absl::string_view problem) {
  return absl::InvalidArgumentError(problem);
}

bool IsLowerAlnum(char c) {
  return absl::ascii_isdigit(c) || absl::ascii_islower(c);
}

bool IsWordCharacter(char c) { return absl::ascii_isalnum(c) || c == '_'; }

bool IsLowerHex(char c) {
  return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isascii);
}

// One of ".", "_", "__" and any number of hyphens.
bool IsSeparator(absl::string_view text) {
  return text == "." || text == "_" || text == "__" ||
         std::all_of(text.begin(), text.end(), [](char c) { return c == '-'; });
}

// Lower-case letters and digits with single separators between them.
bool IsPathComponent(absl::string_view text) {
  if (text.empty() || !IsLowerAlnum(text.front()) ||
      !IsLowerAlnum(text.back())) {
    return false;
  }
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && !IsLowerAlnum(text[end])) ++end;
    if (end > i && !IsSeparator(text.substr(i, end - i))) return false;
    i = end + 1;
  }
  return true;
}

absl::Status CheckPath(absl::string_view path) {
  if (path.empty()) return Problem("the repository is missing");
  for (const absl::string_view component : absl::StrSplit(path, '/')) {
    if (IsPathComponent(component)) continue;
    const bool case_only = IsPathComponent(absl::AsciiStrToLower(component));
    return Problem(
        case_only ? "a repository is lower-case"
                  : "between slashes a repository has lower-case letters and "
                    "digits, with '.', '_', '__' or hyphens between them");
  }
  return absl::OkStatus();
}

absl::Status CheckTag(absl::string_view tag) {
  const bool good = !tag.empty() && tag.size() <= kMaxTagBytes &&
                    IsWordCharacter(tag.front()) &&
                    std::all_of(tag.begin(), tag.end(), [](char c) {
                      return IsWordCharacter(c) || c == '.' || c == '-';
                    });
  if (good) return absl::OkStatus();
  return Problem(
      "a tag has 1-128 letters, digits, '_', '.' and '-', and does not begin "
      "with the last two");
}

// "sha256", "sha512+b64u": components that begin with a letter.
bool IsAlgorithm(absl::string_view text) {
  for (const absl::string_view part :
       absl::StrSplit(text, absl::ByAnyChar("+.-_"))) {
    if (part.empty() || !absl::ascii_isalpha(part.front()) ||
        !std::all_of(part.begin(), part.end(), absl::ascii_isalnum)) {
      return false;
    }
  }
  return true;
}

// Lower-case hex of a known algorithm's length; of an unknown one's, enough.
bool IsDigestHex(absl::string_view algorithm, absl::string_view hex) {
  const size_t wanted = algorithm == "sha256"   ? 64
                        : algorithm == "sha384" ? 96
                        : algorithm == "sha512" ? 128
                                                : 0;
  if (wanted != 0) {
    return hex.size() == wanted &&
           std::all_of(hex.begin(), hex.end(), IsLowerHex);
  }
  return hex.size() >= kShortestDigest &&
         std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit);
}

absl::Status CheckDigest(absl::string_view digest) {
  const size_t colon = digest.find(':');
  if (colon != absl::string_view::npos &&
      IsAlgorithm(digest.substr(0, colon)) &&
      IsDigestHex(digest.substr(0, colon), digest.substr(colon + 1))) {
    return absl::OkStatus();
  }
  return Problem(
      "behind '@' stands a digest, as in \"sha256:\" and 64 lower-case hex "
      "digits");
}

// The host of distribution/reference is narrower than ours: ASCII and without a
// trailing dot.
absl::StatusOr<RegistryAddress> ParseRegistry(absl::string_view domain) {
  const absl::string_view host = domain.substr(0, domain.find(':'));
  if (absl::EndsWith(host, ".")) {
    return Problem("in an image reference a host has no trailing dot");
  }
  if (domain.find(':') != domain.rfind(':') && domain[0] != '[') {
    return Problem("in an image reference an IPv6 host stands in brackets");
  }
  return RegistryAddress::Parse(domain);
}

bool IsDomain(absl::string_view component) {
  return component.find_first_of(".:") != absl::string_view::npos ||
         component == "localhost" || absl::StartsWith(component, "[") ||
         std::any_of(component.begin(), component.end(), absl::ascii_isupper);
}

// A name without its tag and digest, taken apart.
struct SplitName {
  absl::string_view domain;  // empty: Docker Hub
  absl::string_view path;
};

SplitName SplitDomain(absl::string_view name) {
  const size_t slash = name.find('/');
  if (slash == absl::string_view::npos || !IsDomain(name.substr(0, slash))) {
    return {"", name};
  }
  return {name.substr(0, slash), name.substr(slash + 1)};
}

absl::Status CheckWholeText(absl::string_view text) {
  if (text.empty()) return Problem("it is empty");
  if (text.size() > kMaxTextBytes) return Problem("it is too long");
  PULLGATE_RETURN_IF_ERROR(CheckVisibleText(text));
  if (!IsAscii(text)) return Problem("an image reference is ASCII");
  if (absl::StrContains(text, "://")) {
    return Problem("an image reference has no scheme");
  }
  if (text.size() == kImageIdBytes &&
      std::all_of(text.begin(), text.end(), IsLowerHex)) {
    return Problem("64 hex digits are an image id, not a reference");
  }
  return absl::OkStatus();
}

// Takes "@digest" off the end of `text`.
absl::StatusOr<std::string> TakeDigest(absl::string_view* text) {
  const size_t at = text->find('@');
  if (at == absl::string_view::npos) return std::string();
  const absl::string_view digest = text->substr(at + 1);
  PULLGATE_RETURN_IF_ERROR(CheckDigest(digest));
  *text = text->substr(0, at);
  return std::string(digest);
}

// Takes ":tag" off the end of `path`.
absl::StatusOr<std::string> TakeTag(absl::string_view* path) {
  const size_t colon = path->find(':');
  if (colon == absl::string_view::npos) return std::string();
  const absl::string_view tag = path->substr(colon + 1);
  PULLGATE_RETURN_IF_ERROR(CheckTag(tag));
  *path = path->substr(0, colon);
  return std::string(tag);
}

// Official images of Docker Hub: "busybox" is "library/busybox".
std::string RepositoryOf(const SplitName& name) {
  const bool hub = name.domain.empty() || name.domain == kDockerHubName ||
                   name.domain == "index.docker.io";
  const bool official = hub && !absl::StrContains(name.path, '/');
  return absl::StrCat(official ? "library/" : "", name.path);
}

absl::StatusOr<ImageReference> ParseGrammar(absl::string_view text) {
  PULLGATE_RETURN_IF_ERROR(CheckWholeText(text));
  PULLGATE_ASSIGN_OR_RETURN(std::string digest, TakeDigest(&text));
  SplitName name = SplitDomain(text);
  PULLGATE_ASSIGN_OR_RETURN(std::string tag, TakeTag(&name.path));
  PULLGATE_RETURN_IF_ERROR(CheckPath(name.path));
  const size_t name_bytes =
      name.path.size() + (name.domain.empty() ? 0 : name.domain.size() + 1);
  if (name_bytes > kMaxNameBytes) {
    return Problem(absl::StrCat("its name has ", name_bytes,
                                " bytes, and 255 are allowed"));
  }
  PULLGATE_ASSIGN_OR_RETURN(
      RegistryAddress registry,
      ParseRegistry(name.domain.empty() ? kDockerHubName : name.domain));
  return ImageReference{std::move(registry), RepositoryOf(name), std::move(tag),
                        std::move(digest)};
}

}  // namespace

absl::StatusOr<ImageReference> ParseImageReference(absl::string_view text) {
  absl::StatusOr<ImageReference> reference = ParseGrammar(text);
  if (reference.ok()) return reference;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", RedactImage(text),
                   "\" is no image reference: ", reference.status().message()));
}

}  // namespace pullgate
