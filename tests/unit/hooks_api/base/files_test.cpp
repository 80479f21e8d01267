// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace hooks::base {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using tests::TemporaryDirectory;

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) names.push_back(entry.path().filename());
  return names;
}

TEST(Fd, ClosesOnceAndMoves) {
  const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  {
    Fd first(number);
    Fd second = std::move(first);
    EXPECT_EQ(second.get(), number);
    Fd third;
    third = std::move(second);
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, AssignmentClosesWhatItHeld) {
  Fd held(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = held.get();
  held = Fd();
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, GivesAway) {
  Fd held(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Fd given(held.release());
  held.reset();
  EXPECT_FALSE(held);
  EXPECT_TRUE(is_open(given.get()));
}

TEST(OpenFile, IsNotInheritedAndNamesThePath) {
  const TemporaryDirectory directory;
  const auto fd = open_file(directory / "a", O_WRONLY | O_CREAT);
  ASSERT_TRUE(fd);
  EXPECT_NE(::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, 0);
  const auto missing = open_file(directory / "b", O_RDONLY);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error_number, ENOENT);
  EXPECT_THAT(missing.error().message, HasSubstr((directory / "b").native()));
}

TEST(ReadFile, GivesAllBytesUpToTheLimit) {
  const TemporaryDirectory directory;
  const std::string bytes("a\0b\xff\n", 5);
  const auto file = directory.write("f", bytes);
  EXPECT_EQ(read_file(file, 5).value(), bytes);
  EXPECT_EQ(read_file(file, 1000).value(), bytes);
  EXPECT_EQ(read_file(directory.write("empty", ""), 0).value(), "");
}

TEST(ReadFile, RefusesOneByteMore) {
  const TemporaryDirectory directory;
  const auto result = read_file(directory.write("f", "12345"), 4);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("larger than 4 bytes"));
}

TEST(ReadFile, ReadsFilesThatSayTheyAreEmpty) {
  const auto status = read_file("/proc/self/status", 1U << 20U);
  ASSERT_TRUE(status);
  EXPECT_THAT(*status, HasSubstr("VmPeak"));
  EXPECT_FALSE(read_file("/proc/self/status", 16)) << "the limit holds for what is read, not for what stat says";
}

TEST(ReadFile, NamesWhatIsNoRegularFile) {
  const TemporaryDirectory directory;
  const auto fifo = directory / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(read_file(fifo, 10).error().message, HasSubstr("FIFO"));  // at once: nobody writes to it
  EXPECT_THAT(read_file(directory.path(), 10).error().message, HasSubstr("directory"));
  EXPECT_THAT(read_file("/dev/zero", 10).error().message, HasSubstr("device"));
  EXPECT_NE(read_file(directory.path(), 10).error().error_number, ENOENT);
}

TEST(ReadFile, NamesASocket) {
  const TemporaryDirectory directory;
  const auto path = directory / "socket";
  ASSERT_EQ(::mknod(path.c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_THAT(read_file(path, 10).error().message, HasSubstr("not a regular file"));
}

TEST(ReadFile, SaysMissingWithENOENTAlone) {
  const TemporaryDirectory directory;
  EXPECT_EQ(read_file(directory / "missing", 10).error().error_number, ENOENT);
}

TEST(WriteAll, CompletesShortWrites) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const std::string sent(1U << 20U, 'x');  // more than a pipe holds
  std::string received;
  std::thread reader([&] {
    std::array<char, 4096> buffer{};
    ssize_t count = 0;
    while ((count = ::read(read_end.get(), buffer.data(), buffer.size())) > 0) {
      received.append(buffer.data(), static_cast<std::size_t>(count));
    }
  });
  EXPECT_TRUE(write_all(write_end.get(), sent, "pipe"));
  write_end.reset();
  reader.join();
  EXPECT_EQ(received, sent);
}

TEST(WriteAll, NamesThePath) {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto result = write_all(full.get(), "x", "/the/path");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error_number, ENOSPC);
  EXPECT_THAT(result.error().message, HasSubstr("/the/path"));
}

TEST(PublishFile, ReplacesAndLeavesNothingBeside) {
  const TemporaryDirectory directory;
  const auto file = directory / "output.json";
  ASSERT_TRUE(publish_file(file, "old, and longer"));
  ASSERT_TRUE(publish_file(file, "new"));
  EXPECT_EQ(directory.read("output.json"), "new");
  EXPECT_EQ(names_in(directory.path()), std::vector<std::string>{"output.json"});
}

TEST(PublishFile, KeepsTheBytesOfWhoHasItOpen) {
  const TemporaryDirectory directory;
  const auto file = directory.write("f", "old");
  std::ifstream open_before(file);
  ASSERT_TRUE(publish_file(file, "new"));
  std::string seen;
  open_before >> seen;
  EXPECT_EQ(seen, "old");
}

TEST(PublishFile, OnErrorKeepsTheOldAndCleansUp) {
  const TemporaryDirectory directory;
  directory.write("place/inside", "old");
  const auto result = publish_file(directory / "place", "new");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr((directory / "place").native()));
  EXPECT_EQ(directory.read("place/inside"), "old");
  EXPECT_EQ(names_in(directory.path()), std::vector<std::string>{"place"});
}

TEST(PublishFile, TakesTheLongestName) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(publish_file(directory / std::string(255, 'n'), "x"));
}

TEST(PublishFile, HonoursTheUmask) {
  const TemporaryDirectory directory;
  const auto file = directory / "f";
  ASSERT_TRUE(publish_file(file, "x"));
  const mode_t mask = ::umask(0);
  ::umask(mask);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0666U & ~mask);
}

TEST(PublishFile, WorksFromManyThreads) {
  const TemporaryDirectory directory;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(publish_file(directory / "f", std::string(1000, static_cast<char>('a' + thread))));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto bytes = directory.read("f");
  EXPECT_EQ(bytes, std::string(1000, bytes.at(0)));
  EXPECT_EQ(names_in(directory.path()), std::vector<std::string>{"f"});
}

TEST(PublishIfDifferent, TouchesNothingThatIsRight) {
  const TemporaryDirectory directory;
  const auto file = directory / "f";
  const auto inode = [&] {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_ino;
  };
  ASSERT_TRUE(publish_if_different(file, "some"));
  EXPECT_EQ(directory.read("f"), "some");
  std::filesystem::create_hard_link(file, directory / "keeps the inode");
  const auto before = inode();
  ASSERT_TRUE(publish_if_different(file, "some"));
  EXPECT_EQ(inode(), before);
  for (const char* other : {"som", "some more", "", "tome"}) {
    ASSERT_TRUE(publish_if_different(file, other));
    EXPECT_EQ(directory.read("f"), other);
  }
  EXPECT_NE(inode(), before);
  EXPECT_EQ(directory.read("keeps the inode"), "some");
}

// What somebody who died left, and what only seems to be nothing.
TEST(PublishIfDifferent, ReplacesAPartAndALinkToNothing) {
  const TemporaryDirectory directory;
  directory.write("f", "so");
  ASSERT_TRUE(publish_if_different(directory / "f", "some"));
  EXPECT_EQ(directory.read("f"), "some");
  std::filesystem::create_symlink("elsewhere", directory / "link");
  ASSERT_TRUE(publish_if_different(directory / "link", "some"));
  EXPECT_FALSE(std::filesystem::is_symlink(directory / "link"));
  EXPECT_EQ(directory.read("link"), "some");
  EXPECT_EQ(names_in(directory.path()), (std::vector<std::string>{"f", "link"}));
  EXPECT_FALSE(publish_if_different(directory / "no/f", "some"));
}

TEST(CreateDirectories, IsFineTwiceAndNamesThePath) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(base::create_directories(directory / "a/b/c"));
  EXPECT_TRUE(base::create_directories(directory / "a/b/c"));
  EXPECT_TRUE(base::create_directories(directory / "a/b/d/"));
  EXPECT_TRUE(std::filesystem::is_directory(directory / "a/b/d"));
  directory.write("file", "");
  const auto result = base::create_directories(directory / "file/below");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error_number, ENOTDIR);
  EXPECT_THAT(result.error().message, HasSubstr((directory / "file/below").native()));
}

TEST(RemovePath, RemovesWhateverIsThere) {
  const TemporaryDirectory directory;
  directory.write("file", "");
  directory.write("folder/below/file", "");
  directory.write("target", "");
  std::filesystem::create_symlink(directory / "target", directory / "link");
  EXPECT_TRUE(remove_path(directory / "file"));
  EXPECT_TRUE(remove_path(directory / "folder"));
  EXPECT_TRUE(remove_path(directory / "link"));
  EXPECT_TRUE(remove_path(directory / "never was"));
  EXPECT_EQ(names_in(directory.path()), std::vector<std::string>{"target"});
}

TEST(RemovePath, NamesThePath) {
  const auto result = remove_path("/proc/self/status");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("/proc/self/status"));
}

TEST(DirectoryText, EndsWithOneSeparator) {
  EXPECT_EQ(directory_text("/a/b"), "/a/b/");
  EXPECT_EQ(directory_text("/a/b/"), "/a/b/");
  EXPECT_EQ(directory_text("/"), "/");
  EXPECT_THAT(directory_text(""), IsEmpty());
}

}  // namespace
}  // namespace hooks::base
