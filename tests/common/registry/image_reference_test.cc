// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/image_reference.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

const char kDigest[] =
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// "registry repository tag digest", or "error".
std::string Parts(absl::string_view text) {
  const absl::StatusOr<ImageReference> image = ParseImageReference(text);
  if (!image.ok()) return "error";
  return absl::StrCat(image->registry.ToString(), " ", image->repository, " ",
                      image->tag, " ", image->digest);
}

std::string ErrorOf(absl::string_view text) {
  return std::string(ParseImageReference(text).status().message());
}

TEST(ImageReferenceTest, WithoutARegistryItIsDockerHub) {
  EXPECT_EQ(Parts("busybox"), "docker.io library/busybox  ");
  EXPECT_EQ(Parts("busybox:1.36"), "docker.io library/busybox 1.36 ");
  EXPECT_EQ(Parts("team/app"), "docker.io team/app  ");
  EXPECT_EQ(Parts("team/app/sub:x"), "docker.io team/app/sub x ");
  EXPECT_EQ(Parts("docker.io/busybox"), "docker.io library/busybox  ");
  EXPECT_EQ(Parts("index.docker.io/busybox"),
            "index.docker.io library/busybox  ");
  // No '/' follows: these are repositories with a tag.
  EXPECT_EQ(Parts("localhost:5000"), "docker.io library/localhost 5000 ");
  EXPECT_EQ(Parts("10.2.2.5:5000"), "docker.io library/10.2.2.5 5000 ");
  // Nothing of a host in it, be it a number.
  EXPECT_EQ(Parts("167772161/x"), "docker.io 167772161/x  ");
}

TEST(ImageReferenceTest, FirstComponentIsTheRegistryWhenItLooksLikeOne) {
  EXPECT_EQ(Parts("reg.example.com/x"), "reg.example.com x  ");
  EXPECT_EQ(Parts("reg:5000/x"), "reg:5000 x  ");
  EXPECT_EQ(Parts("localhost/x"), "localhost x  ");
  EXPECT_EQ(Parts("localhost:5000/x:y"), "localhost:5000 x y ");
  EXPECT_EQ(Parts("Registry/x"), "registry x  ");
  EXPECT_EQ(Parts("Registry.Example.com/x"), "registry.example.com x  ");
  EXPECT_EQ(Parts("10.2.40.40:443/library/photon"),
            "10.2.40.40:443 library/photon  ");
  EXPECT_EQ(Parts("[2001:db8::1]:5000/x"), "[2001:db8::1]:5000 x  ");
  EXPECT_EQ(Parts("[2001:DB8::1]/x"), "2001:db8::1 x  ");
}

TEST(ImageReferenceTest, TakesTagAndDigest) {
  EXPECT_EQ(Parts(absl::StrCat("reg.example.com/app:1.0@", kDigest)),
            absl::StrCat("reg.example.com app 1.0 ", kDigest));
  EXPECT_EQ(Parts(absl::StrCat("team/app@", kDigest)),
            absl::StrCat("docker.io team/app  ", kDigest));
  EXPECT_EQ(Parts("a:_x.Y-z"), "docker.io library/a _x.Y-z ");
  EXPECT_EQ(
      Parts("a@unknown+b64u:0123456789abcdef0123456789ABCDEF"),
      "docker.io library/a  unknown+b64u:0123456789abcdef0123456789ABCDEF");
}

TEST(ImageReferenceTest, KnowsRepositoryGrammar) {
  for (const char* good :
       {"a", "a.b", "a_b", "a__b", "a-b", "a---b", "0", "a.b/c_d/e-f"}) {
    EXPECT_NE(Parts(absl::StrCat("r.x/", good)), "error") << good;
  }
  for (const char* bad :
       {"", "A", "a..b", "a___b", "a._b", ".a", "a.", "_a", "a-", "-a", "a//b",
        "/a", "a/", "a*b", "a/../b", "a+b"}) {
    EXPECT_EQ(Parts(absl::StrCat("r.x/", bad)), "error") << bad;
  }
}

TEST(ImageReferenceTest, RefusesMalformedTagsAndDigests) {
  for (const char* bad :
       {"a:", "a:-x", "a:.x", "a:x y", "a:x:y", "a:x/y:z", "a@", "a@sha256",
        "a@sha256:", "a@sha256:0123", "a@:0123456789abcdef0123456789abcdef",
        "a@1x:0123456789abcdef0123456789abcdef",
        "a@x++y:0123456789abcdef0123456789abcdef",
        "a@x:0123456789abcdef0123456789abcdeg", "@", ":x"}) {
    EXPECT_EQ(Parts(bad), "error") << bad;
  }
  EXPECT_NE(Parts("a:" + std::string(128, 'x')), "error");
  EXPECT_EQ(Parts("a:" + std::string(129, 'x')), "error");
  EXPECT_EQ(Parts(absl::StrCat("a@", kDigest, "0")), "error");
  EXPECT_EQ(Parts("a@sha256:" + std::string(64, 'A')), "error");
}

TEST(ImageReferenceTest, RegistryMustBeOne) {
  for (const char* bad :
       {"010.1.2.3/x", "192.168.1/x", "a..b/x", "a.b:/x", "a.b:0/x", "x:y/z",
        "-a.b/x", "a_b.c/x", "reg.example.com./x", "[10.0.0.1]/x", "[::1/x",
        "[fe80::1%eth0]/x", "::1/x", "https://reg.x/y", "user:pw@reg.x/y",
        "127.0.0.1./x"}) {
    EXPECT_EQ(Parts(bad), "error") << bad;
  }
}

TEST(ImageReferenceTest, IsAscii) {
  EXPECT_EQ(Parts("evil\xe3\x80\x82"
                  "com/x"),
            "error");
  EXPECT_EQ(Parts("b\xc3\xbc"
                  "cher.example/x"),
            "error");
  EXPECT_EQ(Parts("busy box"), "error");
  EXPECT_EQ(Parts(""), "error");
  EXPECT_EQ(Parts(absl::string_view("a\0", 2)), "error");
}

TEST(ImageReferenceTest, AnImageIdIsNoReference) {
  EXPECT_EQ(Parts(std::string(64, 'a')), "error");
  EXPECT_NE(Parts(std::string(63, 'a')), "error");
  EXPECT_NE(Parts(std::string(65, 'a')), "error");
  EXPECT_NE(Parts(std::string(64, 'z')), "error");
}

TEST(ImageReferenceTest, NameHasAtMost255Bytes) {
  EXPECT_NE(Parts(std::string(255, 'z')), "error");
  EXPECT_EQ(Parts(std::string(256, 'z')), "error");
  EXPECT_NE(Parts("r.x/" + std::string(251, 'z') + ":tag"), "error");
  EXPECT_EQ(Parts("r.x/" + std::string(252, 'z')), "error");
}

TEST(ImageReferenceTest, MessageSaysWhatIsWrongWithoutSecrets) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("r.x/App"), "lower-case"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("https://r.x/a"), "scheme"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a..b/x"), "mean \"a.b\""));
  EXPECT_FALSE(absl::StrContains(ErrorOf("user:secret@r.x/a"), "secret"));
}

}  // namespace
}  // namespace pullgate
