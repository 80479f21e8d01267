// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/archive.hpp"

#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <stop_token>
#include <string>

namespace {

using grapnel::ProjectError;
using grapnel::SystemError;
using grapnel::dist::ArchiveWriter;
using grapnel::dist::source_date;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Format = ArchiveWriter::Format;

std::size_t files_in(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

// What Python reads of an archive: one line for each member.
std::string listing(const std::filesystem::path& file) {
  static constexpr const char* kProgram = R"(
import sys, tarfile, zipfile
if sys.argv[1].endswith('.zip'):
    with zipfile.ZipFile(sys.argv[1]) as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            print(info.filename, oct(info.external_attr >> 16), info.date_time, archive.read(info)[:20], info.file_size)
else:
    with tarfile.open(sys.argv[1]) as archive:
        for info in archive:
            print(info.name, oct(info.mode), info.mtime, info.uid, info.gid, repr(info.uname + info.gname),
                  archive.extractfile(info).read()[:20], info.size)
)";
  auto result = hooks::base::run_tool({.executable = "/usr/bin/python3",
                                       .arguments = {"python3", "-c", kProgram, file.string()},
                                       .environment = {"PYTHONUTF8=1"},
                                       .working_directory = {}});
  EXPECT_TRUE(result && result->exit_code == 0);
  return result ? result->output : result.error().message;
}

// What does not get smaller.
std::string noise_of(std::size_t size) {
  std::string noise;
  unsigned state = 1;
  while (noise.size() < size) noise += static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
  return noise;
}

// What `unzip -t` ends with.
int unzip_test(const std::filesystem::path& file) {
  auto result = hooks::base::run_tool({.executable = "/usr/bin/unzip",
                                       .arguments = {"unzip", "-tqq", file.string()},
                                       .environment = {},
                                       .working_directory = {}});
  return result ? result->exit_code : -1;
}

TEST(SourceDate, IsANumberOfSeconds) {
  EXPECT_EQ(source_date(""), 1580601600);
  EXPECT_EQ(source_date("0"), 0);
  EXPECT_EQ(source_date("1700000000"), 1700000000);
  for (const char* const wrong : {"-1", "soon", "1.5", " 1", "1 ", "999999999999999999999", "253402300800"}) {
    EXPECT_THAT([&] { (void)source_date(wrong); }, ThrowsMessage<ProjectError>(HasSubstr("SOURCE_DATE_EPOCH")))
        << wrong;
  }
}

TEST(Archive, AZipAsPythonReadsIt) {
  const tests::TemporaryDirectory directory;
  const auto program = directory.write("program", "#!/bin/sh\n");
  ASSERT_EQ(::chmod(program.c_str(), 0700), 0);
  const auto big = directory.write("big", std::string(9U << 20U, 'x'));
  ArchiveWriter archive(directory / "a.zip", Format::zip, 1580601600);
  const auto added = archive.add_file("bin/program", program);
  EXPECT_EQ(added.size, 10U);
  archive.add_text("é/text.txt", "hello");
  archive.add_text("empty", "");
  archive.add_file("big", big);
  EXPECT_FALSE(std::filesystem::exists(directory / "a.zip")) << "not yet";
  archive.finish();
  EXPECT_EQ(listing(directory / "a.zip"),
            "bin/program 0o100755 (2020, 2, 2, 0, 0, 0) b'#!/bin/sh\\n' 10\n"
            "é/text.txt 0o100644 (2020, 2, 2, 0, 0, 0) b'hello' 5\n"
            "empty 0o100644 (2020, 2, 2, 0, 0, 0) b'' 0\n"
            "big 0o100644 (2020, 2, 2, 0, 0, 0) b'xxxxxxxxxxxxxxxxxxxx' 9437184\n");
  EXPECT_EQ(files_in(directory.path()), 3U);
}

TEST(Archive, WhatDoesNotGetSmaller) {
  const tests::TemporaryDirectory directory;
  const std::string noise = noise_of(9U << 20U);
  const auto large = directory.write("large", noise);
  {
    ArchiveWriter archive(directory / "a.zip", Format::zip, 0);
    archive.add_text("small", noise.substr(0, 1000));
    archive.add_file("large", large);
    archive.add_text("text", std::string(1000, 'x'));
    archive.finish();
  }
  EXPECT_EQ(unzip_test(directory / "a.zip"), 0);
  EXPECT_LT(std::filesystem::file_size(directory / "a.zip"), noise.size() + 8192);
  const std::string zip = tests::read_text(directory / "a.zip");
  EXPECT_NE(zip.find("small" + noise.substr(0, 1000)), std::string::npos);
  EXPECT_EQ(zip.find(std::string(100, 'x')), std::string::npos);
}

TEST(Archive, MoreMembersThan16BitsCount) {
  const tests::TemporaryDirectory directory;
  constexpr int kMembers = 65546;
  ArchiveWriter archive(directory / "a.zip", Format::zip, 0);
  for (int i = 0; i < kMembers; ++i) archive.add_text("member" + std::to_string(i), "text");
  archive.finish();
  EXPECT_THAT(listing(directory / "a.zip"),
              ::testing::EndsWith("member65545 0o100644 (1980, 1, 1, 0, 0, 0) b'text' 4\n"));
  EXPECT_EQ(unzip_test(directory / "a.zip"), 0);
}

TEST(Archive, AZipHasNoLongerNames) {
  const tests::TemporaryDirectory directory;
  ArchiveWriter archive(directory / "a.zip", Format::zip, 0);
  archive.add_text(std::string(65535, 'n'), "x");
  EXPECT_THAT([&] { archive.add_text(std::string(65536, 'n'), "x"); },
              ThrowsMessage<ProjectError>(HasSubstr("65536 bytes")));
}

TEST(Archive, ATarAsPythonReadsIt) {
  const tests::TemporaryDirectory directory;
  const auto program = directory.write("program", "#!/bin/sh\n");
  ASSERT_EQ(::chmod(program.c_str(), 0744), 0);
  const std::string long_name = "d/" + std::string(200, 'n') + "/é";
  ArchiveWriter archive(directory / "a.tar.gz", Format::tar_gz, 1700000000);
  archive.add_file("a-1/program", program);
  archive.add_text(long_name, "hello");
  archive.finish();
  EXPECT_EQ(listing(directory / "a.tar.gz"), "a-1/program 0o755 1700000000 0 0 '' b'#!/bin/sh\\n' 10\n" + long_name +
                                                 " 0o644 1700000000 0 0 '' b'hello' 5\n");
}

TEST(Archive, TheSameWithAnyTimeZoneAndAnyTime) {
  const tests::TemporaryDirectory directory;
  const auto file = directory.write("file", "text");
  const auto written = [&](const char* name, Format format) {
    ArchiveWriter archive(directory / name, format, 1580601600);
    archive.add_file("é", file);
    archive.finish();
    return tests::read_text(directory / name);
  };
  const std::string zip = written("a.zip", Format::zip);
  const std::string tar = written("a.tar.gz", Format::tar_gz);
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  ::setenv("TZ", "Asia/Kolkata", 1);
  ::tzset();
  EXPECT_EQ(written("b.zip", Format::zip), zip);
  EXPECT_EQ(written("b.tar.gz", Format::tar_gz), tar);
}

TEST(Archive, TimesOfFilesWhereNoneIsGiven) {
  const tests::TemporaryDirectory directory;
  const auto file = directory.write("file", "text");
  const timespec times[2] = {{0, 0}, {1000000000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  ArchiveWriter archive(directory / "a.zip", Format::zip, std::nullopt);
  archive.add_file("file", file);
  archive.finish();
  EXPECT_THAT(listing(directory / "a.zip"), HasSubstr("(2001, 9, 9, 1, 46, 40)"));
}

TEST(Archive, ZipsBeginIn1980) {
  const tests::TemporaryDirectory directory;
  ArchiveWriter archive(directory / "a.zip", Format::zip, 0);
  archive.add_text("file", "text");
  archive.finish();
  EXPECT_THAT(listing(directory / "a.zip"), HasSubstr("(1980, 1, 1, 0, 0, 0)"));
}

TEST(Archive, OnlyFilesAndOnlyUtf8) {
  const tests::TemporaryDirectory directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", directory / "link");
  {
    ArchiveWriter archive(directory / "a.zip", Format::zip, 0);
    EXPECT_THAT([&] { archive.add_file("x", directory / "fifo"); },
                ThrowsMessage<ProjectError>(HasSubstr("no regular file")));
    EXPECT_THAT([&] { archive.add_file("x", directory.path()); },
                ThrowsMessage<ProjectError>(HasSubstr("no regular file")));
    EXPECT_THAT([&] { archive.add_file("x", directory / "link"); },
                ThrowsMessage<ProjectError>(HasSubstr("link to nothing")));
    EXPECT_THAT([&] { archive.add_text("\xFF", "x"); }, ThrowsMessage<ProjectError>(HasSubstr("UTF-8")));
  }
  EXPECT_EQ(files_in(directory.path()), 2U) << "nothing of the archive is left";
}

TEST(Archive, AStopLeavesNothing) {
  const tests::TemporaryDirectory directory;
  std::stop_source stop;
  {
    ArchiveWriter archive(directory / "a.zip", Format::zip, 0, stop.get_token());
    archive.add_text("a", "x");
    stop.request_stop();
    EXPECT_THROW(archive.add_text("b", "x"), grapnel::dist::BuildStopped);
  }
  EXPECT_EQ(files_in(directory.path()), 0U);
}

TEST(Archive, ADirectoryThatIsNotThereIsNamed) {
  const tests::TemporaryDirectory directory;
  EXPECT_THAT([&] { ArchiveWriter(directory / "none/a.zip", Format::zip, 0); },
              ThrowsMessage<SystemError>(HasSubstr("none/a.zip")));
}

TEST(Archive, AFullDiskLeavesNothing) {
  const tests::TemporaryDirectory directory;
  const std::string noise = noise_of(1U << 20U);
  for (const char* const name : {"a.zip", "a.tar.gz"}) {
    const auto disk = directory / ("disk of " + std::string(name));
    std::filesystem::create_directory(disk);
    EXPECT_TRUE(tests::with_tmpfs(disk, "size=64k", [&] {
      const Format format = std::string_view(name).ends_with("zip") ? Format::zip : Format::tar_gz;
      try {
        ArchiveWriter archive(disk / name, format, 0);
        archive.add_text("noise", noise);
        archive.finish();
        ADD_FAILURE() << "it fitted";
      } catch (const SystemError& error) {
        EXPECT_EQ(error.error_number(), ENOSPC);
        EXPECT_THAT(error.what(), HasSubstr("Free some space"));
        EXPECT_THAT(error.what(), HasSubstr(name));
      }
      EXPECT_EQ(files_in(disk), 0U);
    }));
  }
}

}  // namespace
