// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/unix_socket.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

// A bound socket; a listening one if wanted. Closing leaves the file behind.
class BoundSocket {
 public:
  BoundSocket(const std::string& path, bool listening, int type = SOCK_STREAM)
      : fd_(socket(AF_UNIX, type, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path.c_str(), path.size());
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
              0);
    if (listening) EXPECT_EQ(listen(fd_, 1), 0);
  }
  ~BoundSocket() { close(fd_); }

 private:
  const int fd_;
};

class UnixSocketTest : public testing::Test {
 protected:
  UnixSocketTest() { EXPECT_NE(mkdtemp(path_), nullptr); }
  ~UnixSocketTest() override {
    chmod(path_, 0700);
    std::filesystem::remove_all(path_);
  }

  std::string File(const std::string& name) const {
    return absl::StrCat(path_, "/", name);
  }
  static bool Exists(const std::string& path) {
    struct stat info = {};
    return lstat(path.c_str(), &info) == 0;
  }

  char path_[32] = "/tmp/pullgate-XXXXXX";
};

TEST_F(UnixSocketTest, MakesTheDirectoryForOwnerAndGroup) {
  ASSERT_TRUE(PrepareUnixSocket(File("run/s")).ok());
  struct stat info = {};
  ASSERT_EQ(stat(File("run").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0027, 0u);
  EXPECT_EQ(info.st_mode & 0700, 0700u);
}

TEST_F(UnixSocketTest, LeavesADirectoryThatIsThereAsItIs) {
  ASSERT_EQ(chmod(path_, 0755), 0);
  ASSERT_TRUE(PrepareUnixSocket(File("s")).ok());
  struct stat info = {};
  ASSERT_EQ(stat(path_, &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0755u);
}

TEST_F(UnixSocketTest, RemovesWhatAProcessThatIsGoneLeftBehind) {
  { const BoundSocket dead(File("s"), /*listening=*/true); }
  ASSERT_TRUE(Exists(File("s")));
  EXPECT_TRUE(PrepareUnixSocket(File("s")).ok());
  EXPECT_FALSE(Exists(File("s")));
}

TEST_F(UnixSocketTest, LeavesASocketInUseAlone) {
  const BoundSocket live(File("s"), /*listening=*/true);
  const absl::Status status = PrepareUnixSocket(File("s"));
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_TRUE(Exists(File("s")));
}

TEST_F(UnixSocketTest, LeavesASocketOfAnotherKindAlone) {
  const BoundSocket live(File("s"), /*listening=*/false, SOCK_DGRAM);
  EXPECT_FALSE(PrepareUnixSocket(File("s")).ok());
  EXPECT_TRUE(Exists(File("s")));
}

TEST_F(UnixSocketTest, NeverRemovesWhatIsNoSocket) {
  std::filesystem::create_directory(File("directory"));
  std::filesystem::create_symlink("nowhere", File("link"));
  close(mkstemp(absl::StrCat(path_, "/fileXXXXXX").data()));
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    const absl::Status status = PrepareUnixSocket(entry.path());
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_TRUE(Exists(entry.path()));
  }
}

TEST_F(UnixSocketTest, DoesNotFollowALinkToASocket) {
  { const BoundSocket dead(File("s"), /*listening=*/true); }
  std::filesystem::create_symlink(File("s"), File("link"));
  EXPECT_FALSE(PrepareUnixSocket(File("link")).ok());
  EXPECT_TRUE(Exists(File("s")));
  EXPECT_TRUE(Exists(File("link")));
}

TEST_F(UnixSocketTest, RefusesADirectoryThatEveryoneMayWriteTo) {
  for (const mode_t mode : {0777, 01777}) {
    ASSERT_EQ(chmod(path_, mode), 0);
    const absl::Status status = PrepareUnixSocket(File("s"));
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE(absl::StrContains(status.message(), "replace the socket"));
  }
}

TEST_F(UnixSocketTest, DirectoryMustBeOne) {
  close(open(File("file").c_str(), O_CREAT | O_WRONLY, 0600));
  EXPECT_EQ(PrepareUnixSocket(File("file/s")).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(PrepareUnixSocket(File("a/b/s")).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(UnixSocketTest, PathIsAbsoluteAndFits) {
  for (const std::string& path :
       {std::string(), std::string("s"), std::string("run/s"), std::string("/"),
        File(""), File(std::string(100, 'x'))}) {
    EXPECT_EQ(PrepareUnixSocket(path).code(),
              absl::StatusCode::kInvalidArgument)
        << path;
  }
}

TEST(ScopedUmaskTest, PutsTheOldOneBack) {
  const mode_t before = umask(0022);
  {
    ScopedUmask scoped(kSocketUmask);
    EXPECT_EQ(umask(kSocketUmask), kSocketUmask);
  }
  EXPECT_EQ(umask(before), 0022u);
}

}  // namespace
}  // namespace pullgate
