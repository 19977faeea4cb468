// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/text/utf8.h"

namespace pullgate {
namespace {

absl::Status At(const YAML::Mark& mark, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(
      "line ", mark.line + 1, ", column ", mark.column + 1, ": ", what));
}

// Builds the tree from the parser's events. Nothing is expanded, so the tree
// is no larger than the text; after the first failure events are ignored.
class TreeBuilder final : public YAML::EventHandler {
 public:
  absl::Status status() const { return status_; }
  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(mark, "?", anchor, YamlNode());
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Fail(mark, "aliases (*name) are not supported: write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.text = value;
    node.quoted = tag == "!";
    Add(mark, tag, anchor, std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or map whose end has not come.
  struct Frame {
    YamlNode* node;
    bool value_is_next = false;  // a map's key has been read
  };

  void Fail(const YAML::Mark& mark, absl::string_view what) {
    if (status_.ok()) status_ = At(mark, what);
  }

  bool Allowed(const YAML::Mark& mark, const std::string& tag,
               YAML::anchor_t anchor) {
    if (anchor != 0) {
      Fail(mark, "anchors (&name) are not supported: write the value out");
    } else if (tag != "?" && tag != "!" && !tag.empty()) {
      Fail(mark, absl::StrCat("tags are not supported: remove ",
                              absl::CHexEscape(tag)));
    } else if (++nodes_ > kMaxYamlNodes) {
      Fail(mark, absl::StrCat("more than ", kMaxYamlNodes, " values"));
    } else if (open_.size() >= kMaxYamlDepth) {
      Fail(mark, absl::StrCat("more than ", kMaxYamlDepth,
                              " lists and maps within one another"));
    }
    return status_.ok();
  }

  void Add(const YAML::Mark& mark, const std::string& tag,
           YAML::anchor_t anchor, YamlNode node) {
    if (!status_.ok() || !Allowed(mark, tag, anchor)) return;
    node.line = mark.line + 1;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (AtKey()) {
      AddKey(mark, node);
    } else {
      *NextPlace() = std::move(node);
    }
  }

  void Open(const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, YamlNode::Kind kind) {
    if (!status_.ok() || !Allowed(mark, tag, anchor)) return;
    if (AtKey()) return Fail(mark, "a key must be a word");
    // A container's place is final: its parent grows only after it closes.
    YamlNode* const node = open_.empty() ? &root_ : NextPlace();
    node->kind = kind;
    node->line = mark.line + 1;
    open_.push_back({node});
  }

  void Close() {
    if (status_.ok()) open_.pop_back();
  }

  bool AtKey() const {
    return !open_.empty() && open_.back().node->kind == YamlNode::Kind::kMap &&
           !open_.back().value_is_next;
  }

  void AddKey(const YAML::Mark& mark, const YamlNode& key) {
    if (key.kind != YamlNode::Kind::kScalar || key.text.empty()) {
      return Fail(mark, "a key must be a word");
    }
    YamlEntry entry;
    entry.key = key.text;
    entry.line = key.line;
    open_.back().node->entries.push_back(std::move(entry));
    open_.back().value_is_next = true;
  }

  // Where the next item, or the value of the last key, goes.
  YamlNode* NextPlace() {
    Frame& frame = open_.back();
    if (frame.node->kind == YamlNode::Kind::kList) {
      return &frame.node->items.emplace_back();
    }
    frame.value_is_next = false;
    return &frame.node->entries.back().value;
  }

  absl::Status status_;
  YamlNode root_;
  std::vector<Frame> open_;
  size_t nodes_ = 0;
};

// yaml-cpp takes a quoted text that is never closed up to the end of the file,
// silently; an end-of-document marker within one is an error.
constexpr char kEndOfDocument[] = "\n...\n";

// yaml-cpp reports by exceptions; the caller ends them.
absl::StatusOr<YamlNode> ParseOrThrow(absl::string_view text) {
  std::istringstream stream(absl::StrCat(text, kEndOfDocument));
  YAML::Parser parser(stream);
  TreeBuilder builder;
  if (!parser.HandleNextDocument(builder)) return YamlNode();
  if (!builder.status().ok()) return builder.status();
  TreeBuilder second;
  if (parser.HandleNextDocument(second)) {
    return absl::InvalidArgumentError(
        "more than one document: remove the line \"---\"");
  }
  return builder.TakeRoot();
}

}  // namespace

absl::StatusOr<YamlNode> ParseYaml(absl::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("larger than ", kMaxYamlBytes >> 20, " MiB"));
  }
  try {
    return ParseOrThrow(text);
  } catch (const YAML::Exception& e) {
    return At(e.mark, e.msg == YAML::ErrorMsg::DOC_IN_SCALAR
                          ? "a quoted text before this is not closed"
                          : ToValidUtf8(e.msg));
  } catch (const std::exception& e) {
    return absl::InvalidArgumentError(
        absl::StrCat("not readable as YAML: ", e.what()));
  }
}

std::string Describe(const YamlNode& node) {
  constexpr size_t kShown = 60;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kScalar:
      return absl::StrCat(
          "\"",
          absl::Utf8SafeCHexEscape(CutUtf8(ToValidUtf8(node.text), kShown)),
          "\"");
  }
  return "";
}

}  // namespace pullgate
