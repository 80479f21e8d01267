// SPDX-License-Identifier: BSD-3-Clause
// Runs that are cancelled, that take too long, and whose runner is killed, with hooks that resist: no process is left,
// the locks are free, and the next run is right.
#include "runner/base/lock.hpp"
#include "tests/support/program.hpp"
#include "tests/support/soak.hpp"
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::IsEmpty;
using tests::Ended;
using tests::soak_or;
using tests::Started;
using Words = std::vector<std::string>;

// Of hard_to_end. In the last one the token is gone, but not the group.
const std::vector<Words> kWords{
    {},
    {"ignore"},
    {"suspend"},
    {"fill"},
    {"fork"},
    {"setsid"},
    {"fork", "setsid"},
    {"fork", "setsid", "ignore", "close"},
    {"fork", "setsid", "ignore", "suspend", "fill"},
    {"fork", "wipe", "ignore"},
};

bool until(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto end = Clock::now() + limit;
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

// Processes with this variable in their environment or, where there is one, of this group. Zombies are dead. A scan of
// the test's own, which knows nothing of how the runner finds them.
std::vector<std::string> who_lives(const std::string& variable, pid_t group) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != pid.npos) continue;
    // NUMBER (NAME) STATE PARENT GROUP …
    const std::string stat = tests::read_text(entry.path() / "stat");
    std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
    char state = 'Z';
    pid_t parent = 0;
    pid_t its_group = 0;
    fields >> state >> parent >> its_group;
    if (state == 'Z' || state == 'X') continue;
    const std::string environment = '\0' + tests::read_text(entry.path() / "environ");
    if (environment.find('\0' + variable + '\0') == environment.npos && (group <= 0 || its_group != group)) continue;
    found.push_back(pid + " " + tests::read_text(entry.path() / "cmdline"));
  }
  return found;
}

// 0 where the hook has not printed it yet.
pid_t first_number_in(const fs::path& file) { return std::atoi(tests::read_text(file).c_str()); }

class Resisting : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // A hook that fills its pipe, and a runner that does not end: together they would fill the disk.
    const rlimit limit{rlim_t{256} << 20U, rlim_t{256} << 20U};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  Resisting() {
    workspace.package("app");
    const std::string output = "echo '" + tests::success_output() + "' > \"$out\"\n";
    workspace.hook("app", "build",
                   tests::shell_hook("if [ -e '" + good().string() + "' ]; then\n" + output + "exit 0\nfi\nexec '" +
                                     tests::program("hard_to_end").string() + "' '" + ready().string() + "' $(cat '" +
                                     words_file().string() + "')"));
  }
  ~Resisting() override {
    if (runner_ > 0) {
      ::kill(runner_, SIGKILL);
      ::waitpid(runner_, nullptr, 0);
    }
  }

  [[nodiscard]] fs::path good() const { return workspace.path() / "good"; }
  [[nodiscard]] fs::path ready() const { return workspace.path() / "ready"; }
  [[nodiscard]] fs::path words_file() const { return workspace.path() / "words"; }

  Started start(const Words& words, std::vector<std::string> more) {
    fs::remove(good());
    fs::remove(ready());
    std::string text;
    for (const std::string& word : words) text += word + " ";
    std::ofstream(words_file()) << text;
    mark = "GRAPNEL_TEST_MARK=" + workspace.path().filename().string().substr(sizeof "grapnel tést") + "-" +
           std::to_string(++count);
    more.insert(more.begin(), {"build", "--force", "app", "--pass-env", "GRAPNEL_TEST_MARK"});
    Started started = workspace.start_grapnel(more, {mark});
    runner_ = started.pid;
    return started;
  }

  bool wait_until_ready() const {
    return until([this] { return fs::exists(ready()); }, 60s);
  }

  // A run that hangs is a failure, and no reason to wait for ever.
  Ended end_of(const Started& started) {
    EXPECT_TRUE(until(
        [&] {
          siginfo_t end{};
          return ::waitid(P_PID, static_cast<id_t>(started.pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                 end.si_pid != 0;
        },
        60s))
        << "it hangs";
    ::kill(started.pid, SIGKILL);
    runner_ = -1;
    return started.wait();
  }

  // A cancelled run has waited for them; that of a killed runner is ended by the guard, at its own pace.
  void check_what_is_left(bool at_once) {
    const pid_t group =
        fs::exists(workspace.state() / "app") ? first_number_in(workspace.hook_directory("app") / "stdout.txt") : 0;
    if (!at_once) {
      until([&] { return who_lives(mark, group).empty(); }, 30s);
    }
    ASSERT_THAT(who_lives(mark, group), IsEmpty());
    for (const fs::path& lock : {workspace.state() / "shared/app/.lock", workspace.hook_directory("app") / ".lock"}) {
      ASSERT_TRUE(grapnel::FileLock::try_acquire(lock, "a test")) << lock;
    }
    std::ofstream(good()) << "\n";
    const Ended next = workspace.grapnel({"build", "--force", "app"});
    ASSERT_EQ(next.exit_code, 0) << next.err;
    ASSERT_EQ(tests::read_text(workspace.hook_directory("app") / "output.json"), tests::success_output() + "\n");
  }

  static bool ignores(const Words& words) { return std::find(words.begin(), words.end(), "ignore") != words.end(); }

  static std::size_t loops() { return soak_or<std::size_t>(1000, 50) / 5; }
  static const Words& words_of(std::size_t loop) { return kWords[loop % kWords.size()]; }

  void report(const char* what) const { std::cout << count << " " << what << ": 0 processes left\n"; }

  tests::Workspace workspace;
  std::string mark;
  std::size_t count = 0;

 private:
  pid_t runner_ = -1;
};

TEST_F(Resisting, ASignalCancels) {
  constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
  auto shortest =
      Clock::duration::max();  // of those that the grace is cut short for; one alone may meet a busy machine
  for (std::size_t i = 0; i < loops(); ++i) {
    const Words& words = words_of(i);
    const int signal = kSignals[i % kSignals.size()];
    SCOPED_TRACE("loop " + std::to_string(i) + ": " + testing::PrintToString(words));
    const Started started = start(words, {});
    ASSERT_TRUE(wait_until_ready());
    const auto begin = Clock::now();
    ::kill(started.pid, signal);
    if (ignores(words)) {
      // The grace would be five seconds; who signals again does not want to wait.
      std::this_thread::sleep_for(100ms);
      ::kill(started.pid, i % 2 == 0 ? signal : SIGINT);
    }
    const Ended ended = end_of(started);
    EXPECT_EQ(ended.signal, signal) << ended.exit_code << ended.err;
    if (ignores(words)) shortest = std::min(shortest, Clock::now() - begin);
    check_what_is_left(true);
    if (HasFatalFailure()) return;
  }
  EXPECT_LT(shortest, 4500ms);
  report("cancelled runs");
}

TEST_F(Resisting, ASignalCancelsAtAnyMoment) {
  for (std::size_t i = 0; i < loops(); ++i) {
    const Words& words = words_of(i);
    SCOPED_TRACE("loop " + std::to_string(i) + ": " + testing::PrintToString(words));
    const Started started = start(words, {});
    std::this_thread::sleep_for(std::chrono::microseconds(i * 2711 % 60000));
    ::kill(started.pid, SIGTERM);
    std::this_thread::sleep_for(1ms);
    ::kill(started.pid, SIGTERM);
    const Ended ended = end_of(started);
    EXPECT_EQ(ended.signal, SIGTERM) << ended.exit_code << ended.err;
    ASSERT_THAT(who_lives(mark, 0), IsEmpty());
    if (!fs::exists(workspace.state() / "app")) continue;
    check_what_is_left(true);
    if (HasFatalFailure()) return;
  }
  report("cancelled runs, at any moment");
}

TEST_F(Resisting, AHookTakesTooLong) {
  for (std::size_t i = 0; i < loops(); ++i) {
    const Words& words = words_of(i);
    SCOPED_TRACE("loop " + std::to_string(i) + ": " + testing::PrintToString(words));
    const Ended ended = end_of(start(words, {"--hook-timeout", "0.4"}));
    EXPECT_EQ(ended.exit_code, 2) << ended.signal << ended.err;
    EXPECT_THAT(ended.err, testing::HasSubstr("timed out")) << ended.err;
    check_what_is_left(true);
    if (HasFatalFailure()) return;
  }
  report("runs with a hook that takes too long");
}

TEST_F(Resisting, AHookIsSilentForTooLong) {
  for (std::size_t i = 0; i < loops(); ++i) {
    const Words& words = words_of(i);
    SCOPED_TRACE("loop " + std::to_string(i) + ": " + testing::PrintToString(words));
    // One that fills its pipe is never silent.
    const Ended ended = end_of(start(words, {"--silence-timeout", "0.4", "--hook-timeout", "2"}));
    EXPECT_EQ(ended.exit_code, 2) << ended.signal << ended.err;
    EXPECT_THAT(ended.err, testing::HasSubstr("timed out")) << ended.err;
    check_what_is_left(true);
    if (HasFatalFailure()) return;
  }
  report("runs with a hook that is silent for too long");
}

TEST_F(Resisting, TheRunnerIsKilled) {
  for (std::size_t i = 0; i < loops(); ++i) {
    const Words& words = words_of(i);
    SCOPED_TRACE("loop " + std::to_string(i) + ": " + testing::PrintToString(words));
    const Started started = start(words, {});
    if (i % 2 == 0) {
      ASSERT_TRUE(wait_until_ready());
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(i * 2711 % 60000));
    }
    ::kill(started.pid, SIGKILL);
    EXPECT_EQ(end_of(started).signal, SIGKILL);
    if (!fs::exists(workspace.state() / "app")) continue;
    check_what_is_left(false);
    if (HasFatalFailure()) return;
  }
  report("runs whose runner was killed");
}

}  // namespace
