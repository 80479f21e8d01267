// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/guard.hpp"

#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"
#include "runner/process/carriers.hpp"
#include "runner/process/leftovers.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/runner/process/loops.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace grapnel::process {
namespace {

using namespace std::chrono_literals;
using tests::program;
using tests::TemporaryDirectory;

bool lives(pid_t pid) {
  ProcessStat stat{};
  return read_stat(pid, stat) && stat.lives();
}

std::size_t descriptors_of(pid_t pid) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

void wait_for_file(const std::filesystem::path& file) {
  while (!std::filesystem::exists(file)) std::this_thread::sleep_for(1ms);
}

/// A process in a group of its own, with a token or without.
pid_t start(const std::vector<std::string>& arguments, const std::string& token = {}) {
  hooks::base::SpawnRequest request;
  request.executable = program("hard_to_end");
  request.arguments = arguments;
  request.arguments.insert(request.arguments.begin(), "hard_to_end");
  if (!token.empty()) request.environment = {"A=1", "GRAPNEL_HOOK_RUN=" + token};
  return hooks::base::spawn(request).value();
}

void end(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

TEST(Guard, StandsApartAndHoldsOnlyThePipe) {
  SystemLauncher system;
  const Guard guard(system, new_run_id());
  while (descriptors_of(guard.pid()) != 1) std::this_thread::sleep_for(1ms);
  const std::string proc = "/proc/" + std::to_string(guard.pid());
  EXPECT_EQ(std::filesystem::read_symlink(proc + "/cwd"), "/");
  EXPECT_TRUE(std::filesystem::read_symlink(proc + "/fd/0").native().starts_with("pipe:"));
  EXPECT_EQ(tests::read_text(proc + "/environ"), "");
  EXPECT_EQ(::getsid(guard.pid()), guard.pid());
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1}) ::kill(guard.pid(), signal);
  std::this_thread::sleep_for(20ms);
  EXPECT_TRUE(lives(guard.pid()));
}

TEST(Guard, HarmsNobodyInPeace) {
  const TemporaryDirectory directory;
  const std::string run = new_run_id();
  const pid_t group = start({(directory / "group").native()});
  const pid_t carrier = start({(directory / "carrier").native()}, run + "/1");
  wait_for_file(directory / "group");
  wait_for_file(directory / "carrier");
  pid_t pid = 0;
  {
    SystemLauncher system;
    Guard guard(system, run);
    guard.add(group);
    pid = guard.pid();
  }
  EXPECT_FALSE(lives(pid));
  std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(lives(group));
  EXPECT_TRUE(lives(carrier));
  end(group);
  end(carrier);
}

TEST(Guard, IsNoReasonToFailWhenItWasKilled) {
  SystemLauncher system;
  Guard guard(system, new_run_id());
  ::kill(guard.pid(), SIGKILL);
  while (lives(guard.pid())) std::this_thread::sleep_for(1ms);
  guard.add(::getpid());  // SIGPIPE would end this test
  guard.remove(::getpid());
  EXPECT_LT(guard.pid(), 0);
}

/// A system that executes nothing from memory.
class NoMemoryLauncher final : public Launcher {
 public:
  hooks::base::Expected<pid_t> launch(const hooks::base::SpawnRequest& request) override {
    if (request.executable.native().starts_with("/proc/")) return hooks::base::system_error("cannot start", EACCES);
    ++files;
    return hooks::base::spawn(request);
  }
  int files = 0;
};

TEST(Guard, StartsFromAFileWhereMemoryCannotBeExecuted) {
  const TemporaryDirectory directory;
  NoMemoryLauncher launcher;
  const Guard guard(launcher, new_run_id(), directory.path());
  EXPECT_EQ(launcher.files, 1);
  EXPECT_TRUE(lives(guard.pid()));
  EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "the file stays behind";
  EXPECT_THROW(Guard(launcher, new_run_id()), SystemError);
}

// --- the runner is killed
// ----------------------------------------------------------------------------------------------

struct Killed {
  std::string run = new_run_id();
  pid_t group = 0;
};

/// Runs hard_to_end under a runner, kills the runner, and waits for the end of its guard.
Killed kill_a_runner(const TemporaryDirectory& directory, const std::vector<std::string>& words,
                     std::chrono::microseconds after = {}) {
  Killed killed;
  const auto ready = directory / "ready";
  std::filesystem::remove(ready);
  std::vector<std::string> arguments{killed.run, directory.path().native(), program("hard_to_end").native(),
                                     ready.native()};
  arguments.insert(arguments.end(), words.begin(), words.end());
  tests::Program runner("guarded", arguments);
  const pid_t guard = std::stoi(runner.read_line());
  if (after.count() > 0) {
    std::this_thread::sleep_for(after);
  } else {
    wait_for_file(ready);
    while (killed.group == 0) {
      std::ifstream output(directory / "stdout.txt");
      if (std::string line; std::getline(output, line) && !output.eof()) killed.group = std::stoi(line);
    }
  }
  runner.kill(SIGKILL);
  runner.wait();
  while (lives(guard)) std::this_thread::sleep_for(1ms);
  return killed;
}

class GuardOfAKilledRunner : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(GuardOfAKilledRunner, EndsEverybody) {
  const TemporaryDirectory directory;
  const Killed killed = kill_a_runner(directory, GetParam());
  EXPECT_THAT(processes_of_run(killed.run), testing::IsEmpty());
  EXPECT_THAT(processes_of(killed.group, ""), testing::IsEmpty());
  EXPECT_FALSE(lives(killed.group));
}

INSTANTIATE_TEST_SUITE_P(Hooks, GuardOfAKilledRunner, testing::ValuesIn(tests::hard_to_end_words()), tests::joined);

TEST(GuardAfterAKill, EndsWhoWipedItsEnvironmentInTheGroup) {
  const TemporaryDirectory directory;
  const Killed killed = kill_a_runner(directory, {"fork", "wipe", "ignore"});
  EXPECT_THAT(processes_of(killed.group, ""), testing::IsEmpty());
}

// At any moment: while the guard starts, while the hook starts, before its group is known.
TEST(GuardAfterAKill, EndsEverybodyAtAnyMoment) {
  const TemporaryDirectory directory;
  const auto& words = tests::hard_to_end_words();
  for (std::size_t i = 0; i < tests::loops(); ++i) {
    const auto killed = kill_a_runner(directory, words[i % words.size()], std::chrono::microseconds(1 + i * 97 % 5000));
    ASSERT_THAT(processes_of_run(killed.run), testing::IsEmpty()) << "in loop " << i;
  }
}

}  // namespace
}  // namespace grapnel::process
