// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/output_files.hpp"

#include "tests/support/small_disk.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

namespace grapnel::hookd {
namespace {

using testing::HasSubstr;
using tests::TemporaryDirectory;

std::size_t entries(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator()));
}

TEST(OutputFiles, AreNewEmptyAndTheirOwnersAlone) {
  const TemporaryDirectory directory;
  const OutputFiles first = make_output_files(directory.path()).value();
  const OutputFiles second = make_output_files(directory.path()).value();
  EXPECT_EQ(entries(directory.path()), 4U);
  for (const auto& file :
       {first.standard_output, first.standard_error, second.standard_output, second.standard_error}) {
    EXPECT_EQ(file.parent_path(), directory.path());
    struct stat status {};
    ASSERT_EQ(::lstat(file.c_str(), &status), 0) << file;
    EXPECT_TRUE(S_ISREG(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(status.st_size, 0);
  }
}

TEST(OutputFiles, AMissingDirectoryIsAnErrorThatNamesIt) {
  const TemporaryDirectory directory;
  const auto files = make_output_files(directory / "none");
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().error_number, ENOENT);
  EXPECT_THAT(files.error().message, HasSubstr("'" + (directory / "none").native() + "'"));
  EXPECT_FALSE(make_output_files(directory.write("file", "")));
}

TEST(OutputFiles, AReadOnlyDirectoryIsAnError) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(tests::with_tmpfs(directory.path(), "size=64k", [&] {
    tests::make_read_only(directory.path());
    const auto files = make_output_files(directory.path());
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().error_number, EROFS);
    EXPECT_THAT(files.error().message, HasSubstr("Read-only"));
  }));
}

// The root takes one inode, so there is one left: enough for the first file, not for the second.
TEST(OutputFiles, AFullDirectoryIsLeftAsItWas) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(tests::with_tmpfs(directory.path(), "size=64k,nr_inodes=2", [&] {
    const auto files = make_output_files(directory.path());
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().error_number, ENOSPC);
    EXPECT_EQ(entries(directory.path()), 0U);
  }));
}

TEST(TailOfFile, IsItsEnd) {
  const TemporaryDirectory directory;
  const auto file = directory.write("file", "0123456789");
  EXPECT_EQ(tail_of_file(file, 4), "6789");
  EXPECT_EQ(tail_of_file(file, 10), "0123456789");
  EXPECT_EQ(tail_of_file(file, 1U << 20U), "0123456789");
  EXPECT_EQ(tail_of_file(file, 0), "");
  EXPECT_EQ(tail_of_file(directory.write("empty", ""), 4), "");
  std::filesystem::resize_file(file, std::uintmax_t{1} << 40U);  // with a hole
  EXPECT_EQ(tail_of_file(file, 4), std::string(4, '\0'));
}

// Whatever the hook has put in its place; nothing is waited for.
TEST(TailOfFile, IsNothingWhereThereIsNoFile) {
  const TemporaryDirectory directory;
  EXPECT_EQ(tail_of_file(directory / "removed", 4), "");
  EXPECT_EQ(tail_of_file({}, 4), "");
  EXPECT_EQ(tail_of_file(directory.path(), 4), "");
  EXPECT_EQ(tail_of_file("/dev/zero", 4), "");
  const auto fifo = directory / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(tail_of_file(fifo, 4), "");
  const auto link = directory / "link";
  std::filesystem::create_symlink(directory.write("somebody's", "secret"), link);
  EXPECT_EQ(tail_of_file(link, 4), "");
}

}  // namespace
}  // namespace grapnel::hookd
