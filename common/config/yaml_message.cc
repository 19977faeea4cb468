// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/yaml_message.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/config/proto_duration.h"
#include "common/config/yaml_scalar.h"
#include "common/status/status_macros.h"
#include "common/text/did_you_mean.h"
#include "common/text/utf8.h"

namespace pullgate {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Where a value goes: a singular field, or the next element of a list.
class Slot {
 public:
  Slot(Message& message, const FieldDescriptor& field)
      : message_(message), field_(field) {}

  const FieldDescriptor& field() const { return field_; }

  Message& MutableMessage() {
    return field_.is_repeated()
               ? *message_.GetReflection()->AddMessage(&message_, &field_)
               : *message_.GetReflection()->MutableMessage(&message_, &field_);
  }

#define PULLGATE_SLOT_SET_(Name, Type)                                \
  void Set##Name(Type value) {                                        \
    const auto& reflection = *message_.GetReflection();               \
    field_.is_repeated()                                              \
        ? reflection.Add##Name(&message_, &field_, std::move(value))  \
        : reflection.Set##Name(&message_, &field_, std::move(value)); \
  }
  PULLGATE_SLOT_SET_(Bool, bool)
  PULLGATE_SLOT_SET_(Double, double)
  PULLGATE_SLOT_SET_(EnumValue, int)
  PULLGATE_SLOT_SET_(Int32, int32_t)
  PULLGATE_SLOT_SET_(Int64, int64_t)
  PULLGATE_SLOT_SET_(String, std::string)
  PULLGATE_SLOT_SET_(UInt32, uint32_t)
  PULLGATE_SLOT_SET_(UInt64, uint64_t)
#undef PULLGATE_SLOT_SET_

 private:
  Message& message_;
  const FieldDescriptor& field_;
};

absl::Status SetBool(const std::string& text, Slot& slot) {
  PULLGATE_ASSIGN_OR_RETURN(const bool value, ParseBool(text));
  slot.SetBool(value);
  return absl::OkStatus();
}

absl::Status SetEnum(const std::string& text, Slot& slot) {
  PULLGATE_ASSIGN_OR_RETURN(const int value,
                            ParseEnum(text, *slot.field().enum_type()));
  slot.SetEnumValue(value);
  return absl::OkStatus();
}

absl::Status SetDouble(const std::string& text, Slot& slot) {
  PULLGATE_ASSIGN_OR_RETURN(const double value, ParseNumber(text));
  slot.SetDouble(value);
  return absl::OkStatus();
}

absl::Status SetString(const std::string& text, Slot& slot) {
  if (ToValidUtf8(text) != text) {
    return absl::InvalidArgumentError("expected text in UTF-8");
  }
  slot.SetString(text);
  return absl::OkStatus();
}

template <typename Int>
absl::StatusOr<Int> IntOf(const std::string& text, const Slot& slot) {
  using Limits = std::numeric_limits<Int>;
  // No setting needs the upper half of uint64.
  const int64_t max = sizeof(Int) < sizeof(int64_t)
                          ? static_cast<int64_t>(Limits::max())
                          : std::numeric_limits<int64_t>::max();
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t value,
      ParseInt(text, static_cast<int64_t>(Limits::min()), max,
               absl::EndsWith(slot.field().name(), "_bytes")));
  return static_cast<Int>(value);
}

absl::Status SetInt(const std::string& text, Slot& slot) {
  switch (slot.field().cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      PULLGATE_ASSIGN_OR_RETURN(const auto value, IntOf<int32_t>(text, slot));
      slot.SetInt32(value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      PULLGATE_ASSIGN_OR_RETURN(const auto value, IntOf<int64_t>(text, slot));
      slot.SetInt64(value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      PULLGATE_ASSIGN_OR_RETURN(const auto value, IntOf<uint32_t>(text, slot));
      slot.SetUInt32(value);
      return absl::OkStatus();
    }
    default: {
      PULLGATE_ASSIGN_OR_RETURN(const auto value, IntOf<uint64_t>(text, slot));
      slot.SetUInt64(value);
      return absl::OkStatus();
    }
  }
}

absl::Status SetDuration(const std::string& text, Slot& slot) {
  PULLGATE_ASSIGN_OR_RETURN(const absl::Duration value,
                            ParseConfigDuration(text));
  slot.MutableMessage().CopyFrom(ToProtoDuration(value));
  return absl::OkStatus();
}

absl::Status SetTimestamp(const std::string& text, Slot& slot) {
  absl::Time time;
  std::string why;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &why)) {
    return absl::InvalidArgumentError(
        "expected a time such as 2026-01-31T12:00:00Z");
  }
  google::protobuf::Timestamp value;
  value.set_seconds(absl::ToUnixSeconds(time));
  value.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(value.seconds()))));
  slot.MutableMessage().CopyFrom(value);
  return absl::OkStatus();
}

bool IsDuration(const FieldDescriptor& field) {
  return field.message_type() == google::protobuf::Duration::descriptor();
}

bool IsTimestamp(const FieldDescriptor& field) {
  return field.message_type() == google::protobuf::Timestamp::descriptor();
}

// Whether a field's values are written as maps.
bool IsMap(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !IsDuration(field) && !IsTimestamp(field);
}

absl::Status SetScalar(const std::string& text, Slot& slot) {
  switch (slot.field().cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return SetBool(text, slot);
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(text, slot);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return SetDouble(text, slot);
    case FieldDescriptor::CPPTYPE_STRING:
      return SetString(text, slot);
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return SetInt(text, slot);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsDuration(slot.field()) ? SetDuration(text, slot)
                                      : SetTimestamp(text, slot);
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;
  }
  return absl::InvalidArgumentError("this type of setting cannot be written");
}

std::vector<std::string> KeysOf(const Descriptor& type) {
  std::vector<std::string> keys;
  keys.reserve(static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) {
    keys.push_back(type.field(i)->name());
  }
  return keys;
}

// Walks tree and message together, collecting problems.
class Filler {
 public:
  explicit Filler(ConfigSource& source) : source_(source) {}

  void Map(const YamlNode& node, const std::string& path, Message& message) {
    if (node.kind == YamlNode::Kind::kNull) return;
    if (node.kind != YamlNode::Kind::kMap) {
      return Wrong(
          path,
          absl::StrCat("expected a map with the keys ",
                       absl::StrJoin(KeysOf(*message.GetDescriptor()), ", "),
                       "; got ", Describe(node)));
    }
    absl::flat_hash_map<std::string, int> seen;
    for (const YamlEntry& entry : node.entries) {
      const std::string at = Below(path, entry.key);
      const auto [first, is_new] = seen.try_emplace(entry.key, entry.line);
      if (!is_new) {
        Wrong(absl::StrCat(at),
              absl::StrCat("given twice: in line ", first->second,
                           " and again in ", entry.line));
        continue;
      }
      source_.SetLine(at, entry.line);
      Entry(entry, at, message);
    }
  }

  std::vector<ConfigProblem> TakeProblems() { return std::move(problems_); }

 private:
  static std::string Below(const std::string& path, const std::string& key) {
    constexpr size_t kMaxKey = 80;
    return absl::StrCat(path, path.empty() ? "" : ".",
                        absl::CHexEscape(CutUtf8(key, kMaxKey)));
  }

  void Wrong(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void Entry(const YamlEntry& entry, const std::string& path,
             Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    const FieldDescriptor* const field = type.FindFieldByName(entry.key);
    if (field == nullptr) return Unknown(entry.key, path, type);
    if (field->is_map()) return Wrong(path, "this cannot be configured");
    if (entry.value.kind == YamlNode::Kind::kNull) return;
    if (field->is_repeated()) {
      List(entry.value, path, message, *field);
    } else {
      One(entry.value, path, Slot(message, *field));
    }
  }

  void Unknown(const std::string& key, const std::string& path,
               const Descriptor& type) {
    const std::vector<std::string> known = KeysOf(type);
    const std::optional<std::string> meant = DidYouMean(key, known);
    Wrong(path,
          meant ? absl::StrCat("unknown key; did you mean \"", *meant, "\"?")
                : absl::StrCat("unknown key; known here: ",
                               absl::StrJoin(known, ", ")));
  }

  void List(const YamlNode& node, const std::string& path, Message& message,
            const FieldDescriptor& field) {
    if (node.kind != YamlNode::Kind::kList) {
      return Wrong(path, absl::StrCat("expected a list (lines that begin with "
                                      "\"- \", or [a, b]); got ",
                                      Describe(node)));
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const std::string at = absl::StrCat(path, "[", i, "]");
      source_.SetLine(at, node.items[i].line);
      if (node.items[i].kind == YamlNode::Kind::kNull) {
        Wrong(at, "expected a value, got nothing");
        continue;
      }
      One(node.items[i], at, Slot(message, field));
    }
  }

  void One(const YamlNode& node, const std::string& path, Slot slot) {
    if (IsMap(slot.field())) return Map(node, path, slot.MutableMessage());
    if (node.kind != YamlNode::Kind::kScalar) {
      return Wrong(path,
                   absl::StrCat("expected one value, got ", Describe(node)));
    }
    if (const absl::Status status = SetScalar(node.text, slot); !status.ok()) {
      Wrong(path, std::string(status.message()));
    }
  }

  ConfigSource& source_;
  std::vector<ConfigProblem> problems_;
};

}  // namespace

std::vector<ConfigProblem> FillMessage(const YamlNode& root, Message& message,
                                       ConfigSource& source) {
  Filler filler(source);
  filler.Map(root, "", message);
  return filler.TakeProblems();
}

}  // namespace pullgate
