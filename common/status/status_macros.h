// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The two macros by which every error travels upwards, so that the happy path
// reads from top to bottom:
//
//   absl::Status Reload(absl::string_view text) {
//     PULLGATE_RETURN_IF_ERROR(CheckSize(text));
//     PULLGATE_ASSIGN_OR_RETURN(Rules rules, ParseRules(text));
//     PULLGATE_ASSIGN_OR_RETURN(rules_, Compile(std::move(rules)));
//     return absl::OkStatus();
//   }
//
// The enclosing function returns absl::Status or absl::StatusOr<T>. The error
// is passed on as it is, payloads included; whoever has something to add to
// the message handles the status by hand.
//
// As in any macro, a type with a comma in it needs an alias.

#ifndef PULLGATE_COMMON_STATUS_STATUS_MACROS_H_
#define PULLGATE_COMMON_STATUS_STATUS_MACROS_H_

#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status of `expression` unless it is OK. Evaluates it once.
#define PULLGATE_RETURN_IF_ERROR(expression)           \
  do {                                                 \
    if (::absl::Status pullgate_status = (expression); \
        ABSL_PREDICT_FALSE(!pullgate_status.ok())) {   \
      return pullgate_status;                          \
    }                                                  \
  } while (false)

// Moves the value of `expression`, a StatusOr, into `target`: a declaration or
// something assignable. Returns the status instead if there is no value.
// Stands in a block of its own or among other statements, not as the only
// statement of an `if` without braces.
#define PULLGATE_ASSIGN_OR_RETURN(target, expression)               \
  PULLGATE_STATUS_ASSIGN_(                                          \
      PULLGATE_STATUS_JOIN_(pullgate_status_or_, __LINE__), target, \
      expression)

// Not for use outside this file. A name and a declaration cannot stand in
// parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define PULLGATE_STATUS_ASSIGN_(holder, target, expression)                \
  auto holder = (expression);                                              \
  if (ABSL_PREDICT_FALSE(!holder.ok())) return std::move(holder).status(); \
  target = *std::move(holder)
// NOLINTEND(bugprone-macro-parentheses)

#define PULLGATE_STATUS_JOIN_(a, b) PULLGATE_STATUS_JOIN_AGAIN_(a, b)
#define PULLGATE_STATUS_JOIN_AGAIN_(a, b) a##b

#endif  // PULLGATE_COMMON_STATUS_STATUS_MACROS_H_
