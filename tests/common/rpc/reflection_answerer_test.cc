// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/reflection_answerer.h"

#include <google/protobuf/descriptor.pb.h>

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "pullgate/policy/v1/policy_service.pb.h"

namespace pullgate {
namespace {

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

class ReflectionAnswererTest : public testing::Test {
 protected:
  ReflectionAnswererTest() {
    // In the pool because it is linked.
    (void)policy::v1::GetPolicyRequest::descriptor();
  }

  ServerReflectionResponse ForSymbol(const std::string& symbol) {
    ServerReflectionRequest request;
    request.set_file_containing_symbol(symbol);
    return answerer_.Answer(request);
  }

  static std::set<std::string> FileNames(const ServerReflectionResponse& r) {
    std::set<std::string> names;
    for (const std::string& bytes :
         r.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      EXPECT_TRUE(file.ParseFromString(bytes));
      EXPECT_TRUE(names.insert(file.name()).second) << file.name();
    }
    return names;
  }

  const ReflectionAnswerer answerer_{
      {"a.B", "c.D"}, google::protobuf::DescriptorPool::generated_pool()};
};

TEST_F(ReflectionAnswererTest, ListsServices) {
  ServerReflectionRequest request;
  request.set_list_services("*");
  request.set_host("h");
  const ServerReflectionResponse response = answerer_.Answer(request);
  ASSERT_EQ(response.list_services_response().service_size(), 2);
  EXPECT_EQ(response.list_services_response().service(1).name(), "c.D");
  EXPECT_EQ(response.valid_host(), "h");
  EXPECT_EQ(response.original_request().list_services(), "*");
}

TEST_F(ReflectionAnswererTest, FileComesWithEverythingItImports) {
  const std::set<std::string> names =
      FileNames(ForSymbol("pullgate.policy.v1.PolicyService"));
  for (const char* name :
       {"pullgate/policy/v1/policy_service.proto",
        "pullgate/policy/v1/policy.proto", "google/protobuf/duration.proto",
        "google/protobuf/timestamp.proto"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST_F(ReflectionAnswererTest, AskedFileComesFirst) {
  const ServerReflectionResponse response =
      ForSymbol("pullgate.policy.v1.PolicyService.GetPolicy");
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(file.ParseFromString(
      response.file_descriptor_response().file_descriptor_proto(0)));
  EXPECT_EQ(file.name(), "pullgate/policy/v1/policy_service.proto");
}

TEST_F(ReflectionAnswererTest, FindsFilesByName) {
  ServerReflectionRequest request;
  request.set_file_by_filename("pullgate/policy/v1/policy.proto");
  EXPECT_EQ(FileNames(answerer_.Answer(request))
                .count("pullgate/policy/v1/policy.proto"),
            1u);
}

TEST_F(ReflectionAnswererTest, UnknownThingsAreNotFound) {
  for (const std::string& symbol :
       {std::string(), std::string("nothing.Here"), std::string("..."),
        std::string(100'000, 'x'), std::string("a\xff"),
        std::string("pullgate.policy.v1.PolicyService.")}) {
    EXPECT_EQ(ForSymbol(symbol).error_response().error_code(), 5) << symbol;
  }
  ServerReflectionRequest request;
  request.set_file_by_filename("../../etc/passwd");
  EXPECT_EQ(answerer_.Answer(request).error_response().error_code(), 5);
  request.set_all_extension_numbers_of_type("nothing.Here");
  EXPECT_EQ(answerer_.Answer(request).error_response().error_code(), 5);
  request.mutable_file_containing_extension()->set_containing_type("x");
  EXPECT_EQ(answerer_.Answer(request).error_response().error_code(), 5);
}

TEST_F(ReflectionAnswererTest, NoQuestionIsAnInvalidOne) {
  EXPECT_EQ(
      answerer_.Answer(ServerReflectionRequest()).error_response().error_code(),
      3);
}

TEST_F(ReflectionAnswererTest, AnswersAboutExtensions) {
  ServerReflectionRequest request;
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  const ServerReflectionResponse response = answerer_.Answer(request);
  EXPECT_EQ(response.all_extension_numbers_response().base_type_name(),
            "google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_containing_type(
      "google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_extension_number(99999);
  EXPECT_EQ(answerer_.Answer(request).error_response().error_code(), 5);
}

}  // namespace
}  // namespace pullgate
