// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/config_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/config/proto_duration.h"
#include "common/config/yaml_scalar.h"

namespace pullgate {

using google::protobuf::FieldDescriptor;

ConfigCheck::Place ConfigCheck::Find(absl::string_view key, int cpp_type) {
  google::protobuf::Message* message = &config_;
  const std::vector<std::string> names = absl::StrSplit(key, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldDescriptor* const field =
        message->GetDescriptor()->FindFieldByName(names[i]);
    if (field == nullptr || field->is_repeated()) break;
    if (i + 1 == names.size()) {
      if (field->cpp_type() != cpp_type) break;
      return {message, field};
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) break;
    message = message->GetReflection()->MutableMessage(message, field);
  }
  mistake_ = absl::InternalError(absl::StrCat(
      "checked a key that is not in ", config_.GetTypeName(), ": ", key));
  return {};
}

absl::Duration ConfigCheck::Duration(absl::string_view key,
                                     const DurationRule& rule) {
  const Place place = Find(key, FieldDescriptor::CPPTYPE_MESSAGE);
  if (place.field == nullptr) return rule.value;
  const auto& reflection = *place.message->GetReflection();
  google::protobuf::Duration wire = ToProtoDuration(rule.value);
  if (place.field->message_type() != wire.GetDescriptor()) {
    mistake_ = absl::InternalError(absl::StrCat("not a duration: ", key));
    return rule.value;
  }
  if (reflection.HasField(*place.message, place.field)) {
    google::protobuf::Duration given;
    given.CopyFrom(reflection.GetMessage(*place.message, place.field));
    const absl::Duration value = FromProtoDuration(given);
    if (value >= rule.min && value <= rule.max) return value;
    Problem(key, absl::StrCat("expected ", FormatConfigDuration(rule.min),
                              " to ", FormatConfigDuration(rule.max), ", got ",
                              FormatConfigDuration(value)));
  }
  reflection.MutableMessage(place.message, place.field)->CopyFrom(wire);
  return rule.value;
}

int64_t ConfigCheck::Int(absl::string_view key, const IntRule& rule) {
  const FieldDescriptor* narrow = nullptr;
  google::protobuf::Message* message = nullptr;
  const absl::Status before = mistake_;
  Place place = Find(key, FieldDescriptor::CPPTYPE_INT32);
  if (place.field != nullptr) {
    narrow = place.field;
  } else {
    mistake_ = before;
    place = Find(key, FieldDescriptor::CPPTYPE_INT64);
    if (place.field == nullptr) return rule.value;
  }
  message = place.message;
  const auto& reflection = *message->GetReflection();
  const int64_t given = narrow != nullptr
                            ? reflection.GetInt32(*message, place.field)
                            : reflection.GetInt64(*message, place.field);
  // Zero that the file does not state is "not said".
  if (given != 0 || Has(key)) {
    if (given >= rule.min && given <= rule.max) return given;
    Problem(key, absl::StrCat("expected ", rule.min, " to ", rule.max, ", got ",
                              given));
  }
  if (narrow != nullptr) {
    reflection.SetInt32(message, place.field, static_cast<int32_t>(rule.value));
  } else {
    reflection.SetInt64(message, place.field, rule.value);
  }
  return rule.value;
}

int ConfigCheck::Enum(absl::string_view key, int value) {
  const Place place = Find(key, FieldDescriptor::CPPTYPE_ENUM);
  if (place.field == nullptr) return value;
  const auto& reflection = *place.message->GetReflection();
  const int given = reflection.GetEnumValue(*place.message, place.field);
  if (given != 0) return given;
  reflection.SetEnumValue(place.message, place.field, value);
  return value;
}

std::string ConfigCheck::Text(absl::string_view key, absl::string_view value) {
  const Place place = Find(key, FieldDescriptor::CPPTYPE_STRING);
  if (place.field == nullptr) return std::string(value);
  const auto& reflection = *place.message->GetReflection();
  std::string given = reflection.GetString(*place.message, place.field);
  if (!given.empty()) return given;
  reflection.SetString(place.message, place.field, std::string(value));
  return std::string(value);
}

std::string ConfigCheck::Required(absl::string_view key) {
  std::string given = Text(key);
  if (given.empty()) {
    Problem(key, Has(key) ? "must not be empty" : "is required");
  }
  return given;
}

void ConfigCheck::Problem(absl::string_view key, absl::string_view message) {
  problems_.push_back({std::string(key), std::string(message)});
}

void ConfigCheck::Problem(absl::string_view key, const absl::Status& status) {
  if (!status.ok()) Problem(key, status.message());
}

absl::Status ConfigCheck::status() const {
  if (!mistake_.ok()) return mistake_;
  return source_.ToStatus(problems_);
}

}  // namespace pullgate
