// SPDX-License-Identifier: BSD-3-Clause
// The tool of the crash tests: it counts what it says, and what it disturbs has no effect.
#include "tests/paths.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kCalls = 11;  // of change_files

class SyscallFault : public ::testing::Test {
 protected:
  SyscallFault() { fs::create_directories(below); }

  tests::Ended run(const std::string& mode, int n, std::vector<std::string> command = {}) {
    fs::remove_all(below);
    fs::create_directories(below);
    if (command.empty()) command = {tests::program("change_files"), below};
    std::vector<std::string> arguments{
        tests::program("syscall_fault"), mode, std::to_string(n), "--below", below, "--"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    // The leak check of a sanitized program would trace it too.
    return tests::run(arguments, directory.path(), directory.path(),
                      tests::environment_with({"ASAN_OPTIONS=detect_leaks=0"}));
  }

  tests::TemporaryDirectory directory;
  fs::path below = directory / "below";
};

TEST_F(SyscallFault, CountsTheCallsOfAllThreadsAndOfNoChild) {
  const tests::Ended counted = run("count", 0);
  EXPECT_EQ(counted.exit_code, 0) << counted.err;
  EXPECT_EQ(counted.out, "printed\n" + std::to_string(kCalls) + "\n");
  EXPECT_TRUE(fs::exists(below / "by_child"));
  EXPECT_THAT(run("list", 0).out,
              AllOf(HasSubstr("1 openat " + (below / "a").string()), HasSubstr("5 rename "), HasSubstr("10 rmdir "),
                    HasSubstr("11 truncate "), Not(HasSubstr("by_child")), Not(HasSubstr("/dev/null"))));
  EXPECT_EQ(run("count-writes", 0).out, "printed\n2\n");
}

TEST_F(SyscallFault, KillsBeforeTheCallTakesEffect) {
  EXPECT_EQ(run("kill", 1).signal, SIGKILL);
  EXPECT_TRUE(fs::is_empty(below));
  const tests::Ended at_write = run("kill", 2);
  EXPECT_EQ(at_write.signal, SIGKILL);
  EXPECT_THAT(at_write.err, HasSubstr("killed at call 2, write"));
  EXPECT_EQ(fs::file_size(below / "a"), 0U);
  EXPECT_EQ(run("kill", 5).signal, SIGKILL) << "in another thread";
  EXPECT_EQ(tests::read_text(below / "a"), "threefour");
  EXPECT_FALSE(fs::exists(below / "b"));
  EXPECT_EQ(run("kill", kCalls + 1).exit_code, 0);
}

TEST_F(SyscallFault, MakesOneCallFailOrAllFromIt) {
  const tests::Ended one = run("errno:ENOSPC", 2);
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_EQ(one.out, "write: No space left on device\nprinted\n");
  const tests::Ended all = run("errno+:EIO", 5);
  EXPECT_THAT(all.out, AllOf(HasSubstr("rename: Input/output error"), HasSubstr("truncate: Input/output error"),
                             Not(HasSubstr("fsync"))));
  EXPECT_TRUE(fs::exists(below / "a"));
  EXPECT_FALSE(fs::exists(below / "inner"));
}

TEST_F(SyscallFault, ShortensWrites) {
  for (int n = 1; n <= 2; ++n) {
    const tests::Ended ended = run("short", n);
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_THAT(ended.err, HasSubstr("shortened call"));
    EXPECT_EQ(tests::read_text(below / "b"), "three") << "and the rest was written too";
  }
}

TEST_F(SyscallFault, InterruptsWhatASignalMay) {
  const tests::Ended ended = run("eintr", 0);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.err, Not(HasSubstr("interrupted 0")));
  EXPECT_EQ(tests::read_text(below / "b"), "three");
}

TEST_F(SyscallFault, EndsAsTheCommandDid) {
  EXPECT_EQ(run("count", 0, {"/bin/sh", "-c", "exit 7"}).exit_code, 7);
  EXPECT_EQ(run("count", 0, {"/bin/sh", "-c", "kill -TERM $$"}).signal, SIGTERM);
  EXPECT_EQ(run("count", 0, {"/nowhere/command"}).exit_code, 125);
  EXPECT_EQ(run("odd", 0).exit_code, 125);
}

}  // namespace
