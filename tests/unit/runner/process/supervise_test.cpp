// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/supervise.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/process/oom.hpp"
#include "runner/process/process_group.hpp"
#include "tests/programs/spam.hpp"
#include "tests/support/program.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/runner/process/run_child.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <iterator>
#include <thread>

namespace grapnel::process {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using tests::child;
using tests::run_child;
using tests::TemporaryDirectory;

int as_number(const std::string& text) { return std::stoi(text); }

std::size_t count_descriptors() {
  // The counter of the out-of-memory killer stays open from its first use on.
  static_cast<void>(oom_kills());
  const std::filesystem::directory_iterator open_descriptors("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open_descriptors), end(open_descriptors)));
}

/// Whether a file holds exactly the first `size` bytes of the output of `spam`.
testing::AssertionResult is_spam(const std::filesystem::path& file, std::size_t size) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> block(1U << 20U);
  std::size_t position = 0;
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())), stream.gcount() > 0) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(stream.gcount()); ++i, ++position) {
      if (block[i] != tests::spam_byte(position)) return testing::AssertionFailure() << "wrong byte at " << position;
    }
  }
  if (position != size) return testing::AssertionFailure() << position << " bytes instead of " << size;
  return testing::AssertionSuccess();
}

// --- how it ended
// ------------------------------------------------------------------------------------------------------

TEST(Supervise, TellsEveryExitCode) {
  const TemporaryDirectory directory;
  std::vector<ChildRequest> requests;
  for (int code = 0; code < 256; ++code) {
    auto request = child(directory, "exit_code", {std::to_string(code)});
    request.stdout_file = directory / ("out" + std::to_string(code));
    request.stderr_file = directory / ("err" + std::to_string(code));
    requests.push_back(request);
  }
  const auto results = tests::run_children(requests, 4);
  for (int code = 0; code < 256; ++code) {
    const auto& result = results[static_cast<std::size_t>(code)];
    EXPECT_EQ(result.end, ProcessEnd(Exited{code}));
    EXPECT_EQ(result.stopped, Stopped::no);
    EXPECT_FALSE(result.out_of_memory || result.pipe_still_held || result.capture_error);
  }
  EXPECT_FALSE(tests::has_child());
}

class SuperviseSignal : public testing::TestWithParam<int> {};

TEST_P(SuperviseSignal, IsTold) {
  const TemporaryDirectory directory;
  const auto result = run_child(child(directory, "signal_self", {std::to_string(GetParam())}));
  EXPECT_EQ(result.end, ProcessEnd(Signaled{GetParam(), false}));
  EXPECT_EQ(result.stopped, Stopped::no);
  EXPECT_FALSE(result.out_of_memory);
  EXPECT_FALSE(tests::has_child());
}

std::vector<int> killing_signals() {
  std::vector<int> signals{SIGHUP,  SIGINT,    SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,   SIGFPE,
                           SIGKILL, SIGUSR1,   SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,  SIGXCPU,
                           SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,   SIGPWR,  SIGSYS,  SIGSTKFLT};
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) signals.push_back(signal);
  return signals;
}

INSTANTIATE_TEST_SUITE_P(Killing, SuperviseSignal, testing::ValuesIn(killing_signals()));

TEST(Supervise, TellsOfACoreWhereTheSystemMakesOne) {
  const TemporaryDirectory directory;
  const auto request = child(directory, "signal_self", {std::to_string(SIGABRT), "core"});
  // What the same program does here without us: whether there are cores is the system's affair.
  hooks::base::SpawnRequest plain;
  plain.executable = request.executable;
  plain.arguments = request.arguments;
  plain.working_directory = directory.path();
  int status = 0;
  ASSERT_GT(::waitpid(hooks::base::spawn(plain).value(), &status, 0), 0);
  EXPECT_EQ(run_child(request).end, ProcessEnd(Signaled{SIGABRT, WCOREDUMP(status) != 0}));
}

// --- what cannot start
// -------------------------------------------------------------------------------------------------

TEST(Supervise, TellsWhatCannotStart) {
  const TemporaryDirectory directory;
  auto request = child(directory, "exit_code");
  request.executable = directory / "none";
  const auto result = run_child(request);
  const auto& end = std::get<NotStarted>(result.end);
  EXPECT_EQ(end.error_number, ENOENT);
  EXPECT_THAT(end.what, AllOf(HasSubstr((directory / "none").native()), HasSubstr("does not exist")));
  EXPECT_FALSE(tests::has_child());
}

class FailingLauncher final : public Launcher {
 public:
  hooks::base::Expected<pid_t> launch(const hooks::base::SpawnRequest& request) override {
    seen = request;
    return hooks::base::system_error("cannot clone", EAGAIN);
  }
  hooks::base::SpawnRequest seen;
};

TEST(Supervise, AsksTheLauncherAndTellsWhatItSays) {
  const TemporaryDirectory directory;
  auto request = child(directory, "exit_code", {"1", "two words"});
  request.environment = {"A=1"};
  FailingLauncher launcher;
  const auto result = run_child(request, {}, &launcher);
  EXPECT_EQ(std::get<NotStarted>(result.end).error_number, EAGAIN);
  EXPECT_EQ(result.short_of, EAGAIN);
  EXPECT_THAT(std::get<NotStarted>(result.end).what, HasSubstr("cannot clone"));
  EXPECT_EQ(launcher.seen.executable, request.executable);
  EXPECT_EQ(launcher.seen.arguments, request.arguments);
  EXPECT_EQ(launcher.seen.environment, request.environment);
  EXPECT_EQ(launcher.seen.working_directory, request.working_directory);
  EXPECT_EQ(launcher.seen.process_group, hooks::base::ProcessGroup::own);
  EXPECT_LT(launcher.seen.stdin_fd, 0);
}

TEST(Supervise, ThrowsWhereALogCannotBeMade) {
  const TemporaryDirectory directory;
  auto request = child(directory, "exit_code");
  request.stderr_file = directory / "none/stderr.txt";
  try {
    static_cast<void>(run_child(request));
    FAIL() << "nothing was thrown";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error_number(), ENOENT);
    EXPECT_THAT(error.what(), HasSubstr(request.stderr_file.native()));
  }
}

TEST(Supervise, SurvivesTheLackOfDescriptors) {
  const TemporaryDirectory directory;
  const auto request = child(directory, "spam", {"100000", "100000"});
  // The sanitizer of virtual tables looks at each type with a pipe of its own, once.
  EXPECT_EQ(run_child(request).end, ProcessEnd(Exited{0}));
  int refused = 0;
  for (unsigned spare = 0; spare < 64; ++spare) {
    SCOPED_TRACE(spare);
    const auto before = count_descriptors();
    try {
      const auto result = tests::run_child_with_descriptors(request, spare);
      if (const auto* end = std::get_if<NotStarted>(&result.end)) {
        EXPECT_EQ(end->error_number, EMFILE) << end->what;
        EXPECT_EQ(result.short_of, EMFILE);
        ++refused;
      } else {
        EXPECT_EQ(result.end, ProcessEnd(Exited{0}));
        EXPECT_TRUE(is_spam(request.stdout_file, 100000));
        EXPECT_GT(refused, 5) << "so few descriptors cannot be enough";
        return;
      }
    } catch (const SystemError& error) {
      FAIL() << error.what();
    }
    EXPECT_EQ(count_descriptors(), before);
    EXPECT_FALSE(tests::has_child());
  }
  FAIL() << "never enough";
}

// --- what it was given
// -------------------------------------------------------------------------------------------------

TEST(Supervise, GivesThreeDescriptorsOfItsOwn) {
  const TemporaryDirectory directory;
  auto request = child(directory, "show", {"an argument"});
  request.environment = {"A=1"};
  const auto result = run_child(request);
  EXPECT_EQ(result.end, ProcessEnd(Exited{0}));
  const auto output = directory.read("stdout.txt");
  EXPECT_THAT(output, AllOf(HasSubstr("argv[0]=" + request.executable.native() +
                                      "\nargv[1]=an argument\nenv:A=1\ncwd=" + directory.path().native() +
                                      "\nfd 0=/dev/null\nfd 1=pipe:["),
                            HasSubstr("leads its group=1")));
  EXPECT_THAT(output, testing::Not(AllOf(HasSubstr("fd 3"), HasSubstr("nonblocking"))));
  EXPECT_EQ(result.stdout_tail, output);
}

TEST(Supervise, LosesNothingWhereDevStderrIsOpenedAnew) {
  const TemporaryDirectory directory;
  const auto result = run_child(child(directory, "reopen_stderr"));
  EXPECT_EQ(result.end, ProcessEnd(Exited{0}));
  EXPECT_EQ(directory.read("stderr.txt"), "one\ntwo\nthree\nfour\n");
  EXPECT_EQ(result.stderr_tail, "one\ntwo\nthree\nfour\n");
  EXPECT_EQ(directory.read("stdout.txt"), "");
}

// --- what it printed
// ---------------------------------------------------------------------------------------------------

TEST(Supervise, TakesMuchOutputInLittleMemory) {
  const TemporaryDirectory directory;
  constexpr std::size_t kBytes = 64U << 20U;
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto result = run_child(child(directory, "spam", {std::to_string(kBytes), std::to_string(kBytes / 4 + 1)}));
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(result.end, ProcessEnd(Exited{0}));
  EXPECT_TRUE(is_spam(directory / "stdout.txt", kBytes));
  EXPECT_TRUE(is_spam(directory / "stderr.txt", kBytes / 4 + 1));
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 16L << 10U) << "KiB";
  ASSERT_EQ(result.stdout_tail.size(), kTailBytes);
  for (std::size_t i = 0; i < kTailBytes; ++i) {
    ASSERT_EQ(result.stdout_tail[i], tests::spam_byte(kBytes - kTailBytes + i)) << i;
  }
}

// Asio wakes a wait without need where a descriptor has taken another one's place: that is no stop request.
TEST(Supervise, StopsNobodyByAccident) {
  const TemporaryDirectory directory;
  const std::vector<ChildRequest> requests(600, child(directory, "exit_code", {"0"}));
  const std::stop_source stop;
  for (const ChildResult& result : tests::run_children(requests, 1, stop.get_token())) {
    EXPECT_EQ(result.stopped, Stopped::no);
    EXPECT_EQ(result.end, ProcessEnd(Exited{0}));
  }
}

TEST(Supervise, HasManyTalkativeChildrenAtOnce) {
  const TemporaryDirectory directory;
  constexpr std::size_t kBytes = 256U << 10U;  // four times what a pipe holds
  std::vector<ChildRequest> requests;
  for (int i = 0; i < 300; ++i) {
    auto request = child(directory, "spam", {std::to_string(kBytes), "1000"});
    request.stdout_file = directory / ("out" + std::to_string(i));
    request.stderr_file = directory / ("err" + std::to_string(i));
    requests.push_back(request);
  }
  const auto before = count_descriptors();
  const auto results = tests::run_children(requests, 8);
  EXPECT_EQ(count_descriptors(), before);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(results[i].end, ProcessEnd(Exited{0}));
    EXPECT_TRUE(is_spam(requests[i].stdout_file, kBytes));
    EXPECT_TRUE(is_spam(requests[i].stderr_file, 1000));
    EXPECT_FALSE(results[i].pipe_still_held);
  }
  EXPECT_FALSE(tests::has_child());
}

TEST(Supervise, MakesTheLogsAnew) {
  const TemporaryDirectory directory;
  const auto expect_logs = [&](const char* what) {
    const auto result = run_child(child(directory, "spam", {"5", "6"}));
    EXPECT_EQ(result.end, ProcessEnd(Exited{0})) << what;
    EXPECT_TRUE(is_spam(directory / "stdout.txt", 5)) << what;
    EXPECT_TRUE(is_spam(directory / "stderr.txt", 6)) << what;
  };
  directory.write("stdout.txt", "of an earlier run, and longer than what comes now");
  std::filesystem::create_directories(directory / "stderr.txt/in the way");
  expect_logs("an older log, a directory");
  std::filesystem::remove(directory / "stdout.txt");
  std::filesystem::create_symlink(directory.write("precious", ""), directory / "stdout.txt");
  std::filesystem::remove(directory / "stderr.txt");
  ASSERT_EQ(::mkfifo((directory / "stderr.txt").c_str(), 0600), 0);
  expect_logs("a symbolic link, a FIFO");
  EXPECT_EQ(directory.read("precious"), "");
  std::filesystem::remove(directory / "stdout.txt");
  std::filesystem::create_hard_link(directory / "precious", directory / "stdout.txt");
  directory.write("stderr.txt", "");
  expect_logs("a second name of another file, an empty log");
  EXPECT_EQ(directory.read("precious"), "");
}

TEST(Supervise, ReportsAFullDiskAndGoesOn) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(tests::with_tmpfs(directory / "small", "size=256k", [&] {
    auto request = child(directory, "spam", {"2000000", "3"});
    request.stdout_file = directory / "small/stdout.txt";
    const auto result = run_child(request);
    EXPECT_EQ(result.end, ProcessEnd(Exited{0})) << "the child was disturbed";
    ASSERT_TRUE(result.capture_error);
    EXPECT_EQ(result.capture_error->error_number, ENOSPC);
    EXPECT_THAT(result.capture_error->message, HasSubstr(request.stdout_file.native()));
    EXPECT_TRUE(is_spam(request.stdout_file, std::filesystem::file_size(request.stdout_file)));
    EXPECT_TRUE(is_spam(request.stderr_file, 3));
    EXPECT_EQ(result.stdout_tail.back(), tests::spam_byte(2000000 - 1)) << "it was not read to its end";
  }));
}

TEST(Supervise, ThrowsOnAReadOnlyDisk) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(tests::with_tmpfs(directory / "small", "size=64k", [&] {
    tests::make_read_only(directory / "small");
    auto request = child(directory, "exit_code");
    request.stdout_file = directory / "small/stdout.txt";
    try {
      static_cast<void>(run_child(request));
      ADD_FAILURE() << "nothing was thrown";
    } catch (const SystemError& error) {
      EXPECT_EQ(error.error_number(), EROFS) << error.what();
    }
  }));
}

// --- who holds its output on
// -------------------------------------------------------------------------------------------

TEST(Supervise, DoesNotWaitForWhoHoldsThePipe) {
  const TemporaryDirectory directory;
  const auto fifo = directory / "fifo";
  const auto marker = directory / "could speak";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto result = tests::run_child_and_go_on(
      child(directory, "holder", {"3", fifo.native(), marker.native()}),
      [&] {
        EXPECT_EQ(directory.read("stdout.txt"), "before the end\n");
        // It speaks from now on, more than a pipe holds.
        EXPECT_TRUE(hooks::base::open_file(fifo, O_WRONLY));
      },
      [&] { return std::filesystem::exists(marker); });
  EXPECT_EQ(result.end, ProcessEnd(Exited{3}));
  EXPECT_TRUE(result.pipe_still_held);
  EXPECT_EQ(result.stdout_tail, "before the end\n");
  EXPECT_EQ(directory.read("stdout.txt"), "before the end\n") << "the file was complete";
  EXPECT_EQ(result.stopped, Stopped::no);
}

// --- stopping
// ----------------------------------------------------------------------------------------------------------

/// Runs on_term in a mode and requests a stop, from another thread, once it is ready.
ChildResult stop_when_ready(const TemporaryDirectory& directory, const std::string& mode,
                            std::chrono::milliseconds grace_period) {
  std::stop_source source;
  std::thread stopper([&] {
    while (!std::filesystem::exists(directory / "ready")) std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  auto request = child(directory, "on_term", {mode, (directory / "ready").native(), (directory / "finished").native()});
  request.grace_period = grace_period;
  auto result = run_child(request, source.get_token());
  stopper.join();
  EXPECT_EQ(result.stopped, Stopped::by_request);
  EXPECT_FALSE(result.out_of_memory);
  EXPECT_FALSE(tests::has_child());
  return result;
}

TEST(SuperviseStop, EndsWithSigterm) {
  const TemporaryDirectory directory;
  EXPECT_EQ(stop_when_ready(directory, "exit", 1h).end, ProcessEnd(Exited{0})) << "a child may catch SIGTERM";
}

TEST(SuperviseStop, KillsAfterTheGracePeriod) {
  const TemporaryDirectory directory;
  const auto result = stop_when_ready(directory, "ignore", 100ms);
  EXPECT_EQ(result.end, ProcessEnd(Signaled{SIGKILL, false}));
  EXPECT_GE(result.duration, 100ms);
}

TEST(SuperviseStop, ReachesWhoIsSuspended) {
  const TemporaryDirectory directory;
  EXPECT_EQ(stop_when_ready(directory, "suspend", 1h).end, ProcessEnd(Exited{0}));
}

TEST(SuperviseStop, GivesTheWholeGroupItsGrace) {
  const TemporaryDirectory directory;
  EXPECT_EQ(stop_when_ready(directory, "group", 1h).end, ProcessEnd(Signaled{SIGTERM, false}));
  EXPECT_TRUE(std::filesystem::exists(directory / "finished")) << "a member of the group was killed at its work";
}

TEST(SuperviseStop, KillsTheRestOfTheGroup) {
  const TemporaryDirectory directory;
  const auto result = stop_when_ready(directory, "stubborn", 100ms);
  EXPECT_EQ(result.end, ProcessEnd(Signaled{SIGTERM, false}));
  const pid_t group = as_number(result.stdout_tail);
  while (has_other_members(group)) std::this_thread::sleep_for(1ms);  // a killed process needs a moment
}

TEST(SuperviseStop, BeforeTheStartStartsNothing) {
  const TemporaryDirectory directory;
  std::stop_source source;
  source.request_stop();
  const auto result = run_child(child(directory, "exit_code"), source.get_token());
  EXPECT_EQ(std::get<NotStarted>(result.end).error_number, ECANCELED);
  EXPECT_EQ(result.stopped, Stopped::by_request);
  EXPECT_FALSE(std::filesystem::exists(directory / "stdout.txt"));
}

TEST(SuperviseStop, MayComeAtAnyMoment) {
  const TemporaryDirectory directory;
  for (int i = 0; i < 40; ++i) {
    std::stop_source source;
    std::thread stopper([&source, i] {
      std::this_thread::sleep_for(std::chrono::microseconds(i * 50));
      source.request_stop();
    });
    const auto result = run_child(child(directory, "exit_code", {"5"}), source.get_token());
    stopper.join();
    const bool told = result.end == ProcessEnd(Exited{5}) || result.end == ProcessEnd(Signaled{SIGTERM, false}) ||
                      std::holds_alternative<NotStarted>(result.end);
    EXPECT_TRUE(told) << describe(result.end);
  }
  EXPECT_FALSE(tests::has_child());
}

TEST(SuperviseStop, ADestroyedLoopLeavesNobody) {
  const TemporaryDirectory directory;
  auto request = child(directory, "on_term", {"ignore", (directory / "ready").native()});
  request.grace_period = 1h;
  const auto before = count_descriptors();
  tests::abandon_child(request, directory / "ready");
  EXPECT_FALSE(tests::has_child());
  EXPECT_EQ(count_descriptors(), before);
}

// --- the rest
// ----------------------------------------------------------------------------------------------------------

TEST(Supervise, TellsWhenItStartedByTheClockOfTheFiles) {
  const TemporaryDirectory directory;
  const auto time_of = [](const std::filesystem::path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return std::chrono::system_clock::time_point(std::chrono::seconds(status.st_mtim.tv_sec) +
                                                 std::chrono::nanoseconds(status.st_mtim.tv_nsec));
  };
  directory.write("stdout.txt", "");  // an empty one stays, but gets the time
  const auto before = time_of(directory.write("before", ""));
  const auto result = run_child(child(directory, "spam", {"1"}));
  EXPECT_LE(before, result.started);
  EXPECT_LE(result.started, time_of(directory / "stdout.txt")) << "what the child writes is not older";
  EXPECT_LE(result.started, time_of(directory.write("after", "")));
  EXPECT_GT(result.duration, 0ns);
}

TEST(Supervise, SaysWhereSomebodyElseTookTheEnd) {
  const TemporaryDirectory directory;
  std::signal(SIGCHLD, SIG_IGN);  // children vanish without a word, more or less early
  bool said = false;
  for (int i = 0; i < 200 && !said; ++i) {
    try {
      static_cast<void>(run_child(child(directory, "exit_code")));
    } catch (const SystemError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("SIGCHLD is ignored"));
      said = true;
    }
  }
  std::signal(SIGCHLD, SIG_DFL);
  EXPECT_TRUE(said);
}

TEST(HasOtherMembers, SeesTheLivingOnly) {
  EXPECT_FALSE(has_other_members(0x7ffffff0));
  const TemporaryDirectory directory;
  tests::Program leader("on_term", {"stubborn", (directory / "ready").native()});
  while (!std::filesystem::exists(directory / "ready")) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(has_other_members(leader.pid()));
  signal_group(leader.pid(), SIGKILL);
  while (has_other_members(leader.pid())) std::this_thread::sleep_for(1ms);
}

}  // namespace
}  // namespace grapnel::process
