// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/question.h"

#include <string>

#include "absl/strings/match.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::agent {
namespace {

using pullgate::agent::v1::AuthorizePullRequest;
using pullgate::agent::v1::ProbeRegistryRequest;

absl::StatusOr<PullQuestion> Registry(const std::string& text) {
  AuthorizePullRequest request;
  request.set_registry(text);
  return ParseQuestion(request);
}

absl::StatusOr<PullQuestion> Image(const std::string& text) {
  AuthorizePullRequest request;
  request.set_image(text);
  return ParseQuestion(request);
}

TEST(ParseQuestionTest, KeepsWhatWasAskedBesideWhatItMeans) {
  const absl::StatusOr<PullQuestion> question =
      Registry("Registry.Example.com:5000/v2/");
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->registry.ToString(), "registry.example.com:5000");
  EXPECT_EQ(question->asked, "Registry.Example.com:5000/v2/");
}

TEST(ParseQuestionTest, FindsTheRegistryOfAnImage) {
  const std::string digest(64, 'a');
  const absl::StatusOr<PullQuestion> question =
      Image("registry.example.com/team/app@sha256:" + digest);
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->registry.ToString(), "registry.example.com");
  EXPECT_EQ(question->asked, "registry.example.com/team/app@sha256:" + digest);
  EXPECT_EQ(Image("busybox")->registry.ToString(), "docker.io");
}

TEST(ParseQuestionTest, ProbesAskInTheSameWay) {
  ProbeRegistryRequest request;
  request.set_registry("a.example");
  EXPECT_EQ(ParseQuestion(request)->registry.ToString(), "a.example");
  request.set_image("busybox");
  EXPECT_EQ(ParseQuestion(request)->registry.ToString(), "docker.io");
}

TEST(ParseQuestionTest, NamesTheFieldThatIsMalformed) {
  for (const char* text :
       {"", "a b", "http://", "a.example/path", "a.example:0", "10.1.2",
        "a.example:99999", "*.example", "10.2.2.0/24"}) {
    const absl::Status status = Registry(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    const auto violations = FieldViolationsOf(status);
    ASSERT_EQ(violations.size(), 1) << text;
    EXPECT_EQ(violations.front().field, "registry");
  }
  for (const char* text : {"", "UPPER", "a.example/", "a//b", "a:b:c"}) {
    const absl::Status status = Image(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    ASSERT_FALSE(FieldViolationsOf(status).empty()) << text;
    EXPECT_EQ(FieldViolationsOf(status).front().field, "image");
  }
}

TEST(ParseQuestionTest, NeitherFieldIsAnErrorOfBoth) {
  const absl::Status status = ParseQuestion(AuthorizePullRequest()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(FieldViolationsOf(status).size(), 2);
}

TEST(ParseQuestionTest, NeverQuotesCredentials) {
  for (const char* text :
       {"user:hunter2@a.example", "https://user:hunter2@a.example/",
        "a.example?token=hunter2", "a.example#hunter2"}) {
    const absl::Status status = Registry(text).status();
    EXPECT_FALSE(status.ok()) << text;
    EXPECT_FALSE(absl::StrContains(status.ToString(), "hunter2")) << status;
    for (const FieldViolation& violation : FieldViolationsOf(status)) {
      EXPECT_FALSE(absl::StrContains(violation.description, "hunter2"));
    }
  }
}

TEST(QuestionParserTest, RemembersWhatWasAskedAndAnswersTheSame) {
  const FakeClock clock(absl::UnixEpoch());
  QuestionParser parser(&clock, /*capacity=*/10);
  AuthorizePullRequest request;
  request.set_registry("Registry.Example.com:5000");
  const auto first = parser.Parse(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ((*first)->registry.ToString(), "registry.example.com:5000");
  EXPECT_EQ((*first)->asked, "Registry.Example.com:5000");
  EXPECT_EQ(*parser.Parse(request), *first) << "the very same";
}

TEST(QuestionParserTest, TakesNoImageForARegistry) {
  const FakeClock clock(absl::UnixEpoch());
  QuestionParser parser(&clock, /*capacity=*/10);
  AuthorizePullRequest registry;
  registry.set_registry("registry.example.com");
  AuthorizePullRequest image;
  image.set_image("registry.example.com");
  const auto asked = parser.Parse(registry);
  ASSERT_TRUE(asked.ok()) << asked.status();
  const auto pulled = parser.Parse(image);
  ASSERT_TRUE(pulled.ok()) << pulled.status();
  EXPECT_EQ((*pulled)->registry.ToString(), "docker.io")
      << "an image without a registry";
  EXPECT_EQ(*parser.Parse(registry), *asked);
}

TEST(QuestionParserTest, RefusesWhatIsNoQuestionEachTime) {
  const FakeClock clock(absl::UnixEpoch());
  QuestionParser parser(&clock, /*capacity=*/10);
  AuthorizePullRequest bad;
  bad.set_registry("registry.example.com/path");
  for (const AuthorizePullRequest& request : {bad, AuthorizePullRequest()}) {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(parser.Parse(request).status(),
                ParseQuestion(request).status());
      EXPECT_FALSE(parser.Parse(request).ok());
    }
  }
}

TEST(QuestionParserTest, ForgetsWhatWasNotAskedForLongest) {
  const FakeClock clock(absl::UnixEpoch());
  QuestionParser parser(&clock, /*capacity=*/1);
  AuthorizePullRequest one;
  one.set_registry("one.example.com");
  AuthorizePullRequest other;
  other.set_registry("other.example.com");
  const auto first = *parser.Parse(one);
  EXPECT_EQ((*parser.Parse(other))->asked, "other.example.com");
  const auto again = *parser.Parse(one);
  EXPECT_NE(again, first);
  EXPECT_EQ(again->asked, first->asked);
}

}  // namespace
}  // namespace pullgate::agent
