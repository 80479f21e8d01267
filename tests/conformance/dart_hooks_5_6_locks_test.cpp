// SPDX-License-Identifier: BSD-3-Clause
// Who excludes whom (spec: dart-hooks, section 5.6). The locks themselves: tests/unit/runner/base/lock_test.cpp.
#include "tests/support/counted_hooks.hpp"
#include "tests/support/fifo.hpp"
#include "tests/support/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tests::CountedHooks;
using tests::Ended;
using tests::read_text;

std::string hold_lock(const std::string& as, const std::string& file) {
  return "'" + tests::program("hold_lock").string() + "' " + as + " " + file + " < /dev/null";
}

// A body of a hook that fails where another run of it is under way.
constexpr const char* kAlone = "mkdir alone || exit 1; sleep 0.1; rmdir alone";

TEST(DartHooks56, BothLocksAreHeldWhileAHookRuns) {
  CountedHooks workspace;
  workspace.package("app");
  const std::string shared = "'" + (workspace.state() / "shared/app/.lock").string() + "'";
  const std::string own = "\"${out%/output.json}/.lock\"";
  workspace.counted_hook(
      "app", "",
      hold_lock("grapnel", shared) + "\n" + hold_lock("dart", "/dev/null") + "\n" + hold_lock("grapnel", own));
  const Ended ended = workspace.build();
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const fs::path directory = workspace.hook_directory("app");
  EXPECT_THAT(read_text(directory / "stdout.txt"), testing::MatchesRegex("busy\n.*\nbusy\n"));
  // Free afterwards, with the name of the last owner.
  for (const fs::path& lock : {workspace.state() / "shared/app/.lock", directory / ".lock"}) {
    EXPECT_THAT(read_text(lock), HasSubstr("pid")) << lock;
    tests::Program next("hold_lock", {"dart", lock});
    EXPECT_EQ(next.read_line(), "held") << lock;
  }
}

TEST(DartHooks56, TwoConfigsOfAPackageNeverRunAtOnce) {
  CountedHooks workspace;
  workspace.package("app");
  workspace.counted_hook("app", "", kAlone);
  std::vector<tests::Started> runners;
  for (const char* architecture : {"x64", "arm64", "riscv64", "x64"}) {
    runners.push_back(workspace.start_grapnel({"build", "--target-arch", architecture}));
  }
  for (const auto& runner : runners) {
    const Ended ended = runner.wait();
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }
  EXPECT_EQ(workspace.runs("app"), 3);  // who had to wait for the same config found it done
}

TEST(DartHooks56, AnUpToDateRunTakesNoLock) {
  CountedHooks workspace;
  workspace.package("app");
  workspace.counted_hook("app");
  ASSERT_EQ(workspace.build().exit_code, 0);
  ASSERT_EQ(workspace.build().exit_code, 0);  // stamps had come to rest
  tests::Program holder("hold_lock", {"dart", workspace.state() / "shared/app/.lock"});
  ASSERT_EQ(holder.read_line(), "held");
  EXPECT_EQ(workspace.build().exit_code, 0);
  EXPECT_EQ(workspace.runs("app"), 1);
}

TEST(DartHooks56, AWaitHasATimeLimitOfItsOwn) {
  CountedHooks workspace;
  workspace.package("app");
  workspace.counted_hook("app");
  ASSERT_EQ(workspace.build().exit_code, 0);
  tests::Program holder("hold_lock", {"dart", workspace.state() / "shared/app/.lock"});
  ASSERT_EQ(holder.read_line(), "held");
  const Ended ended = workspace.grapnel({"build", "--force", "--lock-timeout", "0.05"});
  EXPECT_EQ(ended.exit_code, 2) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(".lock"));
  EXPECT_EQ(workspace.runs("app"), 1);
}

TEST(DartHooks56, AKilledRunnerLeavesTheLocksFree) {
  CountedHooks workspace;
  const tests::Fifo runs(workspace.path() / "runs");
  workspace.package("app");
  workspace.counted_hook("app", "", "test -e again || { touch again; echo > '" + runs.path() + "'; exec sleep 1000; }");
  const tests::Started killed = workspace.start_grapnel({"build"});
  ASSERT_TRUE(runs.wait());
  ::kill(killed.pid, SIGKILL);
  EXPECT_EQ(killed.wait().signal, SIGKILL);
  const Ended next = workspace.build();
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_EQ(workspace.runs("app"), 2);
}

// #3651: a file system without locks is said, not waited for.
TEST(DartHooks56, WhatCannotBeLockedIsAnErrorAtOnce) {
  CountedHooks workspace;
  workspace.package("app");
  workspace.counted_hook("app");
  fs::create_directories(workspace.state() / "shared/app/.lock");  // cannot be opened for writing
  const Ended ended = workspace.build();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr(".lock"));
  EXPECT_EQ(workspace.runs("app"), 0);
}

}  // namespace
