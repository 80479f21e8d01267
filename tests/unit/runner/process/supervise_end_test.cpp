// SPDX-License-Identifier: BSD-3-Clause
// Whoever a child has started ends with it, where it is stopped; and is named, where it is not.
#include "hooks_api/base/files.hpp"
#include "runner/process/carriers.hpp"
#include "runner/process/guard.hpp"
#include "runner/process/supervise.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/runner/process/loops.hpp"
#include "tests/unit/runner/process/run_child.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <tuple>

namespace grapnel::process {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::child;
using tests::run_child;
using tests::TemporaryDirectory;

/// hard_to_end with a token of a run of its own.
struct Hard {
  explicit Hard(const std::vector<std::string>& words) {
    std::vector<std::string> arguments{(directory / "ready").native()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    request = child(directory, "hard_to_end", arguments);
    request.token = run + "/7";
    request.grace_period = 30ms;
  }
  ~Hard() { EXPECT_TRUE(processes_of_run(run).empty()) << "somebody is left behind"; }

  TemporaryDirectory directory;
  std::string run = new_run_id();
  ChildRequest request;
};

/// Runs it and requests a stop once it is ready.
ChildResult stop_when_ready(Hard& hard) {
  std::stop_source source;
  std::jthread stopper([&](const std::stop_token& given_up) {
    while (!std::filesystem::exists(hard.directory / "ready") && !given_up.stop_requested())
      std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  return run_child(hard.request, source.get_token());
}

void expect_nobody(const Hard& hard, const ChildResult& result) {
  EXPECT_THAT(processes_of_run(hard.run), IsEmpty());
  EXPECT_THAT(result.leftovers, IsEmpty());
  EXPECT_FALSE(result.pipe_still_held);
  EXPECT_FALSE(tests::has_child());
}

class SuperviseEnd : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(SuperviseEnd, OnRequest) {
  Hard hard(GetParam());
  const auto result = stop_when_ready(hard);
  EXPECT_EQ(result.stopped, Stopped::by_request);
  EXPECT_EQ(result.hang_report, "");
  expect_nobody(hard, result);
}

TEST_P(SuperviseEnd, AtTheTimeLimit) {
  Hard hard(GetParam());
  hard.request.time_limit = 150ms;
  const auto result = run_child(hard.request);
  EXPECT_EQ(result.stopped, Stopped::by_time_limit);
  EXPECT_GE(result.duration, 150ms);
  EXPECT_THAT(result.hang_report, HasSubstr("not ended after 0.150 s"));
  expect_nobody(hard, result);
}

INSTANTIATE_TEST_SUITE_P(Hooks, SuperviseEnd, testing::ValuesIn(tests::hard_to_end_words()), tests::joined);

TEST(SuperviseEnding, ReachesWhoWipedItsEnvironmentInTheGroup) {
  Hard hard({"fork", "wipe", "ignore"});
  const auto result = stop_when_ready(hard);
  EXPECT_THAT(processes_of(std::stoi(result.stdout_tail), ""), IsEmpty());
}

TEST(SuperviseEnding, WithoutATokenOnlyTheGroupEnds) {
  Hard hard({"fork", "setsid"});
  hard.request.token.clear();
  hard.request.environment = {"GRAPNEL_HOOK_RUN=" + hard.run + "/7"};  // of an outer runner, which will see to it
  const auto result = stop_when_ready(hard);
  EXPECT_TRUE(result.pipe_still_held);
  EXPECT_EQ(processes_of_run(hard.run).size(), 1U);
  std::vector<hooks::base::Fd> dying;
  while (!kill_carriers(hard.run + "/7", dying)) std::this_thread::sleep_for(1ms);
}

TEST(SuperviseEnding, AKillRequestEndsTheGraceAtOnce) {
  Hard hard({"ignore"});
  std::stop_source kill;
  hard.request.kill = kill.get_token();
  hard.request.grace_period = 1h;
  std::jthread killer([&](const std::stop_token& given_up) {
    while (!std::filesystem::exists(hard.directory / "ready") && !given_up.stop_requested())
      std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(20ms);
    kill.request_stop();
  });
  const auto result = stop_when_ready(hard);
  EXPECT_EQ(result.end, ProcessEnd(Signaled{SIGKILL, false}));
  EXPECT_EQ(result.stopped, Stopped::by_request);
}

TEST(SuperviseEnding, SilenceCountsFromTheLastByte) {
  // Six words take longer than the limit, each alone a quarter of it; on a busy machine that needs a longer limit.
  for (const auto& [pause, limit, shown] :
       {std::tuple("0.1", 400ms, "0.400 s"), std::tuple("1", 4000ms, "4 s"), std::tuple("8", 32000ms, "32 s")}) {
    const TemporaryDirectory directory;
    ChildRequest request = child(directory, "exit_code");
    request.executable = "/bin/sh";
    request.arguments = {
        "sh", "-c",
        "for i in 1 2 3 4 5 6; do /bin/sleep " + std::string(pause) + "; echo word $i >&2; done; exec /bin/sleep 600"};
    request.silence_limit = limit;
    request.token = new_run_id() + "/1";
    const auto result = run_child(request);
    EXPECT_EQ(result.stopped, Stopped::by_silence);
    EXPECT_EQ(result.end, ProcessEnd(Signaled{SIGTERM, false}));
    if (result.stderr_tail.find("word 6") == std::string::npos && limit < 32s) continue;
    EXPECT_GE(result.duration, limit * 5 / 2) << "six words, then the limit";
    EXPECT_THAT(result.hang_report, AllOf(HasSubstr("no output for " + std::string(shown) + ", so it is stopped\n"),
                                          HasSubstr("sleep 600"), HasSubstr("S (sleeping)"), HasSubstr("1 pipe:["),
                                          HasSubstr("last lines of standard output: none\n"),
                                          HasSubstr("last lines of standard error:\nword 1\nword 2\n")));
    EXPECT_THAT(directory.read("stderr.txt"), AllOf(HasSubstr("word 6\n"), HasSubstr(result.hang_report)));
    EXPECT_EQ(result.stderr_tail, "word 1\nword 2\nword 3\nword 4\nword 5\nword 6\n") << "what it said, no more";
    return;
  }
}

TEST(SuperviseEnding, LimitsThatAreNotReachedDoNothing) {
  const TemporaryDirectory directory;
  auto request = child(directory, "exit_code", {"4"});
  request.time_limit = 1h;
  request.silence_limit = 1h;
  const auto result = run_child(request);
  EXPECT_EQ(result.end, ProcessEnd(Exited{4}));
  EXPECT_EQ(result.stopped, Stopped::no);
  EXPECT_EQ(result.hang_report, "");
}

TEST(SuperviseEnding, NamesWhoLivesOnAfterANormalEnd) {
  for (const bool closes : {false, true}) {
    SCOPED_TRACE(closes);
    Hard hard({"fork", "end", closes ? "close" : "setsid"});
    const auto result = run_child(hard.request);
    EXPECT_EQ(result.end, ProcessEnd(Exited{0}));
    EXPECT_EQ(result.stopped, Stopped::no);
    EXPECT_EQ(result.pipe_still_held, !closes);
    ASSERT_EQ(result.leftovers.size(), 1U);
    EXPECT_THAT(result.leftovers[0].command, AllOf(HasSubstr("hard_to_end"), HasSubstr("ready fork end")));
    EXPECT_THAT(processes_of_run(hard.run), testing::ElementsAre(result.leftovers[0])) << "they live on";
    ::kill(result.leftovers[0].pid, SIGKILL);
    while (!processes_of_run(hard.run).empty()) std::this_thread::sleep_for(1ms);
  }
}

TEST(SuperviseEnding, ADestroyedLoopLeavesNobody) {
  Hard hard({"fork", "setsid", "ignore"});
  tests::abandon_child(hard.request, hard.directory / "ready");
  while (!processes_of_run(hard.run).empty()) std::this_thread::sleep_for(1ms);  // killed processes need a moment
}

TEST(SuperviseEnding, GivesTheTokenAndTheDescriptors) {
  const TemporaryDirectory directory;
  auto request = child(directory, "show");
  request.environment = {"A=1", "GRAPNEL_HOOK_RUN=outer/1"};
  request.token = "0123/4";
  directory.write("three", "");
  const auto file = hooks::base::open_file(directory / "three", O_RDONLY);
  request.more_fds = {file.value().get()};
  EXPECT_EQ(run_child(request).end, ProcessEnd(Exited{0}));
  EXPECT_THAT(directory.read("stdout.txt"),
              AllOf(HasSubstr("env:GRAPNEL_HOOK_RUN=0123/4\n"), testing::Not(HasSubstr("outer")),
                    HasSubstr("fd 3=" + (directory / "three").native())));
}

TEST(SuperviseEnding, WaitsForWhoStillWritesTheProgramWithoutSleeping) {
  const TemporaryDirectory directory;
  auto request = child(directory, "exit_code", {"6"});
  request.executable = directory / "tool";
  std::filesystem::copy_file(tests::program("exit_code"), request.executable);
  auto writer = hooks::base::open_file(request.executable, O_WRONLY).value();
  std::jthread closer([&] {
    std::this_thread::sleep_for(60ms);
    writer.reset();
  });
  EXPECT_EQ(run_child(request).end, ProcessEnd(Exited{6}));
  // Who never ends writing: the last word is the system's.
  const auto still = hooks::base::open_file(request.executable, O_WRONLY);
  EXPECT_EQ(std::get<NotStarted>(run_child(request).end).error_number, ETXTBSY);
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(20ms);
    source.request_stop();
  });
  const auto result = run_child(request, source.get_token());
  EXPECT_EQ(std::get<NotStarted>(result.end).error_number, ECANCELED);
  EXPECT_EQ(result.stopped, Stopped::by_request);
}

// A request, a time limit, a silence limit, in turn, at any moment of a hook's life.
TEST(SuperviseEnding, LeavesNobodyInManyLoops) {
  const auto& words = tests::hard_to_end_words();
  for (std::size_t i = 0; i < tests::loops(); ++i) {
    Hard hard(words[i % words.size()]);
    hard.request.grace_period = std::chrono::milliseconds(i % 3);
    const auto moment = std::chrono::milliseconds(1 + i * 7 % 20);
    std::stop_source source;
    std::jthread stopper;
    if (i % 3 == 0) {
      stopper = std::jthread([&] {
        std::this_thread::sleep_for(moment);
        source.request_stop();
      });
    } else if (i % 3 == 1 || i % words.size() == 2 || i % words.size() == 7) {  // who fills its pipe is never silent
      hard.request.time_limit = moment;
    } else {
      hard.request.silence_limit = moment;
    }
    const auto result = run_child(hard.request, source.get_token());
    ASSERT_NE(result.stopped, Stopped::no) << "in loop " << i;
    ASSERT_THAT(processes_of_run(hard.run), IsEmpty()) << "in loop " << i;
    ASSERT_THAT(result.leftovers, IsEmpty()) << "in loop " << i;
  }
}

// --- by itself
// ---------------------------------------------------------------------------------------------------------

TEST(Carriers, AreKnownByAWholeToken) {
  const TemporaryDirectory directory;
  hooks::base::SpawnRequest request;
  request.executable = tests::program("hard_to_end");
  request.arguments = {"hard_to_end", (directory / "ready").native()};
  const std::string run = new_run_id();
  request.environment = {std::string(5000, 'A') + "=" + std::string(9000, 'B'), "XGRAPNEL_HOOK_RUN=" + run + "/1",
                         "GRAPNEL_HOOK_RUN=" + run + "/12"};
  const pid_t pid = hooks::base::spawn(request).value();
  while (!std::filesystem::exists(directory / "ready")) std::this_thread::sleep_for(1ms);
  EXPECT_THAT(processes_of(0, run + "/1"), IsEmpty());
  EXPECT_THAT(processes_of(0, run + "/123"), IsEmpty());
  EXPECT_THAT(processes_of_run(run.substr(0, 15)), IsEmpty());
  EXPECT_EQ(processes_of(0, run + "/12").size(), 1U);
  EXPECT_EQ(processes_of_run(run).size(), 1U);
  std::vector<hooks::base::Fd> dying;
  EXPECT_TRUE(kill_carriers(run + "/1", dying));
  EXPECT_THAT(dying, IsEmpty());
  EXPECT_EQ(processes_of_run(run).size(), 1U);
  EXPECT_FALSE(kill_carriers(run + "/12", dying));
  ASSERT_EQ(dying.size(), 1U);
  pollfd state{dying.front().get(), POLLIN, 0};
  EXPECT_EQ(::poll(&state, 1, 60'000), 1) << "a pidfd says when it has ended";
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(kill_carriers(run + "/12", dying));
}

TEST(NewRunId, IsSixteenHexDigits) {
  const std::string id = new_run_id();
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(id.size(), 16U);
  EXPECT_NE(id, new_run_id());
}

}  // namespace
}  // namespace grapnel::process
