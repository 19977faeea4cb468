// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CONFIG_CONFIG_CHECK_H_
#define PULLGATE_COMMON_CONFIG_CONFIG_CHECK_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/config/config_source.h"

namespace pullgate {

struct DurationRule {
  absl::Duration value;  // if the file does not say
  absl::Duration min;
  absl::Duration max;
};

struct IntRule {
  int64_t value;  // if the file does not say
  int64_t min;
  int64_t max;
};

// Fills a loaded configuration with its defaults and checks its values,
// collecting every problem:
//
//   ConfigCheck check(source, config);
//   check.Required("data_directory");
//   check.Duration("pdp.call_timeout",
//                  {absl::Seconds(2), absl::Milliseconds(10),
//                  absl::Minutes(1)});
//   if (check.Text("socket").empty()) check.Problem("socket", "...");
//   PULLGATE_RETURN_IF_ERROR(check.status());
//
// Keys are paths of singular fields, "pdp.call_timeout". One that the message
// does not have, or of another type, is a mistake of the program: status() is
// then Internal, so that any test finds it. Not thread-safe.
class ConfigCheck {
 public:
  // Both outlive this; `config` is what LoadConfig filled.
  ConfigCheck(const ConfigSource& source, google::protobuf::Message& config)
      : source_(source), config_(config) {}

  // Each gives the value that is then in the message; on a problem the default.
  absl::Duration Duration(absl::string_view key, const DurationRule& rule);
  int64_t Int(absl::string_view key, const IntRule& rule);
  // The zero value of an enum stands for `value`.
  int Enum(absl::string_view key, int value);
  std::string Text(absl::string_view key, absl::string_view value = "");
  // Must be given and not empty.
  std::string Required(absl::string_view key);

  // For everything else. `key` may also name an element: "operators[2].role".
  void Problem(absl::string_view key, absl::string_view message);
  // What a parser said about it; no-op if that is OK.
  void Problem(absl::string_view key, const absl::Status& status);

  // Whether the file says something about the key.
  bool Has(absl::string_view key) const { return source_.Has(key); }

  // All problems so far, as ConfigSource::ToStatus().
  absl::Status status() const;

 private:
  struct Place {
    google::protobuf::Message* message = nullptr;
    const google::protobuf::FieldDescriptor* field = nullptr;
  };

  // The field of `key`, if it has that C++ type; messages on the way are made.
  Place Find(absl::string_view key, int cpp_type);

  const ConfigSource& source_;
  google::protobuf::Message& config_;
  std::vector<ConfigProblem> problems_;
  absl::Status mistake_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_CONFIG_CHECK_H_
