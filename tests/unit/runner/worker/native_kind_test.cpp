// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/native_kind.hpp"

#include "tests/paths.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <elf.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <string>

namespace {

using grapnel::worker::native_kind;
using grapnel::worker::NativeKind;
using tests::TemporaryDirectory;

TEST(NativeKind, KnowsProgramsFromLibraries) {
  EXPECT_EQ(native_kind(tests::program("pep517_backend")), NativeKind::executable);
  EXPECT_EQ(native_kind(tests::program("pep517_library.so")), NativeKind::library);
  EXPECT_EQ(native_kind(tests::program("pep517_shared_runtime.so")), NativeKind::library);
  EXPECT_EQ(native_kind("/bin/sh"), NativeKind::executable);
}

TEST(NativeKind, KnowsProgramsHoweverTheyAreLinked) {
  const TemporaryDirectory directory;
  const auto source = directory.write("main.c", "int main(void) { return 0; }\n");
  for (const char* flag : {"-static-pie", "-static", "-no-pie", "-pie"}) {
    const auto program = directory / ("program" + std::string(flag));
    const auto end = tests::run({"/usr/bin/cc", flag, "-fPIE", source.string(), "-o", program.string()},
                                directory.path(), directory.path());
    ASSERT_EQ(end.exit_code, 0) << end.err;
    EXPECT_EQ(native_kind(program), NativeKind::executable) << flag;
  }
}

TEST(NativeKind, OfOtherFiles) {
  const TemporaryDirectory directory;
  EXPECT_EQ(native_kind(directory.write_executable("script", "#!/bin/sh\n")), NativeKind::executable);
  EXPECT_EQ(native_kind(directory.write("plain", "#!/bin/sh\n")), NativeKind::not_executable);
  EXPECT_EQ(native_kind(directory.write("empty", "")), NativeKind::not_executable);
  EXPECT_EQ(native_kind(directory.path()), NativeKind::not_a_file);
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0700), 0);
  EXPECT_EQ(native_kind(directory / "fifo"), NativeKind::not_a_file);
  EXPECT_EQ(native_kind(directory / "none"), NativeKind::missing);
  EXPECT_EQ(native_kind(directory / "plain/none"), NativeKind::missing);
  std::filesystem::create_symlink("loop", directory / "loop");
  EXPECT_EQ(native_kind(directory / "loop"), NativeKind::unreadable);
  // A library needs no permission to be executed.
  std::filesystem::copy_file(tests::program("foreign_library.so"), directory / "library");
  std::filesystem::permissions(directory / "library", std::filesystem::perms::owner_read);
  EXPECT_EQ(native_kind(directory / "library"), NativeKind::library);
}

// Headers that point anywhere, at any length: an answer, and no more.
TEST(NativeKind, OfDamagedFiles) {
  const TemporaryDirectory directory;
  const std::string whole = tests::read_text(tests::program("foreign_library.so"));
  ASSERT_GT(whole.size(), 4096U);
  const auto kind_of = [&](const std::string& bytes) { return native_kind(directory.write("damaged", bytes)); };
  for (std::size_t size = 0; size < 1024; size += 7) {
    const NativeKind kind = kind_of(whole.substr(0, size));
    EXPECT_TRUE(kind == NativeKind::library || kind == NativeKind::not_executable) << size;
  }
  for (std::size_t at = 4; at < 600; ++at) {
    std::string bytes = whole.substr(0, 4096);
    bytes[at] = '\xff';
    const NativeKind kind = kind_of(bytes);
    EXPECT_TRUE(kind == NativeKind::library || kind == NativeKind::not_executable) << at;
  }
}

}  // namespace
