// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/print_config.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/config/proto_duration.h"
#include "common/config/yaml_scalar.h"

namespace pullgate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A double-quoted YAML scalar: any text, on one line.
std::string Quote(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", absl::string_view(&c, 1));
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      absl::StrAppend(&out, "\\x", absl::Hex(c, absl::kZeroPad2));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// The value of a singular field, or of element `index` of a list.
class Value {
 public:
  Value(const Message& message, const FieldDescriptor& field, int index)
      : message_(message), field_(field), index_(index) {}

  bool IsMap() const {
    return field_.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
           field_.message_type() != google::protobuf::Duration::descriptor() &&
           field_.message_type() != google::protobuf::Timestamp::descriptor();
  }

  const Message& AsMessage() const {
    return field_.is_repeated()
               ? reflection().GetRepeatedMessage(message_, &field_, index_)
               : reflection().GetMessage(message_, &field_);
  }

  std::string AsScalar() const {
#define PULLGATE_GET_(Type)                                        \
  (field_.is_repeated()                                            \
       ? reflection().GetRepeated##Type(message_, &field_, index_) \
       : reflection().Get##Type(message_, &field_))
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return PULLGATE_GET_(Bool) ? "true" : "false";
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumShortName(*PULLGATE_GET_(Enum));
      case FieldDescriptor::CPPTYPE_STRING:
        return Quote(PULLGATE_GET_(String));
      case FieldDescriptor::CPPTYPE_INT32:
        return absl::StrCat(PULLGATE_GET_(Int32));
      case FieldDescriptor::CPPTYPE_INT64:
        return absl::StrCat(PULLGATE_GET_(Int64));
      case FieldDescriptor::CPPTYPE_UINT32:
        return absl::StrCat(PULLGATE_GET_(UInt32));
      case FieldDescriptor::CPPTYPE_UINT64:
        return absl::StrCat(PULLGATE_GET_(UInt64));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return absl::StrCat(PULLGATE_GET_(Double));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return absl::StrCat(PULLGATE_GET_(Float));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return WellKnown(AsMessage());
    }
#undef PULLGATE_GET_
    return "";
  }

 private:
  const Reflection& reflection() const { return *message_.GetReflection(); }

  static std::string WellKnown(const Message& value) {
    if (value.GetDescriptor() == google::protobuf::Duration::descriptor()) {
      google::protobuf::Duration duration;
      duration.CopyFrom(value);
      return FormatConfigDuration(FromProtoDuration(duration));
    }
    google::protobuf::Timestamp time;
    time.CopyFrom(value);
    return absl::FormatTime(
        absl::RFC3339_full,
        absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
        absl::UTCTimeZone());
  }

  const Message& message_;
  const FieldDescriptor& field_;
  const int index_;
};

void PrintFields(const Message& message, const std::string& indent,
                 std::string& out);

void PrintList(const Message& message, const FieldDescriptor& field,
               const std::string& indent, std::string& out) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  if (size == 0) {
    out += " []\n";
    return;
  }
  out += "\n";
  for (int i = 0; i < size; ++i) {
    const Value value(message, field, i);
    if (!value.IsMap()) {
      absl::StrAppend(&out, indent, "  - ", value.AsScalar(), "\n");
      continue;
    }
    // The first key stands beside the dash.
    std::string fields;
    PrintFields(value.AsMessage(), absl::StrCat(indent, "    "), fields);
    fields[indent.size() + 2] = '-';
    out += fields;
  }
}

void PrintField(const Message& message, const FieldDescriptor& field,
                const std::string& indent, std::string& out) {
  absl::StrAppend(&out, indent, field.name(), ":");
  if (field.is_repeated()) return PrintList(message, field, indent, out);
  if (field.has_presence() &&
      !message.GetReflection()->HasField(message, &field)) {
    out += "\n";
    return;
  }
  const Value value(message, field, 0);
  if (value.IsMap()) {
    out += "\n";
    PrintFields(value.AsMessage(), absl::StrCat(indent, "  "), out);
    return;
  }
  const std::string text = value.AsScalar();
  absl::StrAppend(&out, text.empty() ? "" : " ", text, "\n");
}

void PrintFields(const Message& message, const std::string& indent,
                 std::string& out) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    PrintField(message, *type.field(i), indent, out);
  }
}

}  // namespace

std::string PrintConfig(const Message& message) {
  std::string out;
  PrintFields(message, "", out);
  return out;
}

}  // namespace pullgate
