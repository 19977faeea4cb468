// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/docker_hub.h"

#include "gtest/gtest.h"

namespace pullgate {
namespace {

bool IsHub(absl::string_view question) {
  return IsDockerHub(*RegistryAddress::ParseQuestion(question));
}

TEST(DockerHubTest, HasFourNames) {
  for (const absl::string_view name : kDockerHubNames) {
    EXPECT_TRUE(IsDockerHubName(name));
    EXPECT_TRUE(IsHub(name));
  }
  EXPECT_FALSE(IsDockerHubName("hub.docker.com"));
  EXPECT_FALSE(IsDockerHubName("docker.io.evil.example"));
  EXPECT_FALSE(IsDockerHubName("auth.docker.io"));
}

TEST(DockerHubTest, IsOneRegistryOnTheDefaultPortOnly) {
  EXPECT_TRUE(IsHub("docker.io:443"));
  EXPECT_TRUE(IsHub("https://Index.Docker.io/v1/"));
  EXPECT_TRUE(IsHub("http://docker.io"));
  EXPECT_FALSE(IsHub("docker.io:5000"));
  EXPECT_FALSE(IsHub("docker.io:80"));
}

TEST(DockerHubTest, AnAddressIsNotDockerHub) {
  EXPECT_FALSE(IsHub("10.2.2.5"));
}

}  // namespace
}  // namespace pullgate
