// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "tests/programs/spam.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <csignal>

namespace hooks::base {
namespace {

using testing::HasSubstr;
using tests::program;
using tests::TemporaryDirectory;

SpawnRequest tool(const std::string& name, std::vector<std::string> arguments = {}) {
  SpawnRequest request;
  request.executable = program(name);
  request.arguments = std::move(arguments);
  request.arguments.insert(request.arguments.begin(), name);
  return request;
}

TEST(RunTool, GivesTheExitCode) {
  const auto result = run_tool(tool("exit_code", {"42"}));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 42);
  EXPECT_EQ(result->signal, 0);
  EXPECT_EQ(result->output, "");
}

TEST(RunTool, GivesTheSignal) {
  const auto result = run_tool(tool("signal_self", {std::to_string(SIGKILL)}));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, -1);
  EXPECT_EQ(result->signal, SIGKILL);
}

TEST(RunTool, CollectsBothStreamsInOrder) {
  const auto result = run_tool(tool("reopen_stderr"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->output, "one\ntwo\nthree\nfour\n");
}

TEST(RunTool, StaysInOurGroup) { EXPECT_THAT(run_tool(tool("show")).value().output, HasSubstr("leads its group=0")); }

TEST(RunTool, KeepsTheEndOfLongOutput) {
  constexpr std::size_t kBytes = 5U << 20U;
  const auto result = run_tool(tool("spam", {std::to_string(kBytes)}));
  ASSERT_TRUE(result);
  ASSERT_EQ(result->output.size(), kToolOutputLimit);
  for (std::size_t i = 0; i < kToolOutputLimit; ++i) {
    ASSERT_EQ(result->output[i], tests::spam_byte(kBytes - kToolOutputLimit + i)) << i;
  }
}

TEST(RunTool, WaitsForTheToolAndNotForWhoHoldsItsOutput) {
  const TemporaryDirectory directory;
  const auto fifo = directory / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto result = run_tool(tool("holder", {"7", fifo.native()}));
  // Lets the process go that was left behind; it waits in open() until here.
  const auto writer = open_file(fifo, 1);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->output, "before the end\n");
}

TEST(RunTool, SaysWhatCannotStart) {
  SpawnRequest request;
  request.executable = "/no/such/tool";
  request.arguments = {"tool"};
  const auto result = run_tool(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error_number, ENOENT);
  EXPECT_THAT(result.error().message, HasSubstr("/no/such/tool"));
}

}  // namespace
}  // namespace hooks::base
