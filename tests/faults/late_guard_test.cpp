// SPDX-License-Identifier: BSD-3-Clause
// The runner is killed, and its guard gets no time: the next run does not start a hook beside one of the dead run.
#include "tests/support/three_packages.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using tests::Ended;
using tests::read_text;
using tests::Started;

// The process with that name and parent; 0 where there is none.
pid_t child_of(pid_t parent, const std::string& name) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string status = read_text(entry.path() / "status");
    if (status.starts_with("Name:\t" + name + "\n") &&
        status.find("\nPPid:\t" + std::to_string(parent) + "\n") != status.npos) {
      return std::atoi(entry.path().filename().c_str());
    }
  }
  return 0;
}

TEST(ALateGuard, DoesNotLetTwoRunsOfAHookMeet) {
  const tests::ThreePackages build;
  const Started first = build.start_build(build.result(), {"--define", "middle.pause=30000"});
  while (build.started() < 2) std::this_thread::sleep_for(2ms);
  const pid_t hook = child_of(first.pid, "build");
  const pid_t guard = child_of(first.pid, "grapnel-guard");
  ASSERT_GT(hook, 0);
  ASSERT_GT(guard, 0);
  ::kill(guard, SIGSTOP);
  ::kill(first.pid, SIGKILL);
  EXPECT_EQ(first.wait().signal, SIGKILL);
  EXPECT_EQ(::kill(hook, 0), 0) << "the dead run's hook is still there";

  const Ended next = build.build();
  EXPECT_EQ(next.exit_code, 0) << next.err;
  const std::string status = read_text("/proc/" + std::to_string(hook) + "/status");
  EXPECT_TRUE(status.empty() || status.find("\nState:\tZ") != status.npos) << status;
  const std::size_t started = build.started();
  EXPECT_EQ(build.build().exit_code, 0);
  EXPECT_EQ(build.started(), started);
  ::kill(guard, SIGKILL);
  ::kill(hook, SIGKILL);
}

}  // namespace
