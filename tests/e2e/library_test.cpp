// SPDX-License-Identifier: BSD-3-Clause
// The library as a toolchain embeds it: in one process, with events and stop requests.
#include "runner/base/lock.hpp"
#include "tests/support/workspace.hpp"
#include <grapnel/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <stdexcept>
#include <thread>

namespace {

using namespace grapnel;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::read_text;
using tests::shell_hook;
using tests::Workspace;
using tests::writing_hook;

// Keeps a word for each event.
class Recorder final : public EventSink {
 public:
  void on_event(const Event& event) override {
    EXPECT_EQ(std::this_thread::get_id(), thread_);
    std::visit([this](const auto& one) { note(one); }, event);
  }
  std::vector<std::string> words;
  std::vector<HookFinished> finished;

 private:
  void note(const CommandStarted& /*event*/) { words.emplace_back("command"); }
  void note(const HookOutput& /*event*/) { words.emplace_back("output"); }
  void note(const CommandFinished& /*event*/) { words.emplace_back("command end"); }
  void note(const RunStarted& event) { words.push_back("run " + std::to_string(event.hooks.size())); }
  void note(const HookStarted& event) { words.push_back("start " + event.hook.package); }
  void note(const StepStarted& event) { words.push_back("step " + event.what); }
  void note(const HookFinished& event) {
    words.push_back("finish " + event.hook.package + " " + std::string(name_of(event.outcome.outcome_class)));
    finished.push_back(event);
  }
  void note(const Message& event) { words.push_back("message " + event.text); }
  void note(const RunFinished& event) { words.push_back("end " + std::string(name_of(event.outcome.outcome_class))); }

  std::thread::id thread_ = std::this_thread::get_id();
};

BuildRequest request() {
  return {.code = hooks::CodeConfig{.target_os = hooks::os::kLinux, .target_architecture = hooks::architecture::kX64}};
}

class Library : public testing::Test {
 protected:
  void SetUp() override {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
  }
  RunnerOptions options(EventSink* events = nullptr) const {
    return {.package_config = workspace_.path() / ".dart_tool/package_config.json",
            .root_package = "app",
            .events = events};
  }
  Workspace workspace_;
};

TEST_F(Library, EventsComeInOrderOnTheCallersThread) {
  workspace_.hook("lib", "build", writing_hook());
  workspace_.hook("app", "build", "#!/bin/sh\nexit 255\n");
  Recorder recorder;
  const BuildResult result = Runner(options(&recorder)).build(request());
  EXPECT_THAT(recorder.words, ElementsAre("run 2", "start lib", "step run", "finish lib success", "start app",
                                          "step run", "finish app uncategorized", "end uncategorized"));
  EXPECT_EQ(result.outcome.exit_code, 255);
  ASSERT_EQ(result.hooks.size(), 2U);
  EXPECT_EQ(result.hooks[1].outcome, recorder.finished[1].outcome);
  EXPECT_EQ(recorder.finished[1].run_sh, result.hooks[1].directory + "/run.sh");
}

TEST_F(Library, ABrokenSinkChangesNothing) {
  class Broken final : public EventSink {
   public:
    void on_event(const Event&) override {
      ++calls;
      throw std::runtime_error("broken");
    }
    int calls = 0;
  } sink;
  workspace_.hook("app", "build", writing_hook());
  EXPECT_TRUE(Runner(options(&sink)).build(request()).outcome.success());
  EXPECT_EQ(sink.calls, 1);
}

TEST_F(Library, OneRunnerServesManyConfigs) {
  workspace_.hook("app", "build", writing_hook());
  Runner runner(options());
  for (const hooks::Architecture& architecture :
       {hooks::architecture::kArm64, hooks::architecture::kX64, hooks::architecture::kArm64}) {
    BuildRequest build = request();
    build.code->target_architecture = architecture;
    EXPECT_TRUE(runner.build(build).outcome.success());
  }
  const std::filesystem::directory_iterator entries(workspace_.state() / "app");
  const auto directories =
      std::count_if(begin(entries), end(entries), [](const auto& entry) { return !entry.is_symlink(); });
  EXPECT_EQ(directories, 2);
}

// A fault of the caller's, never of the hook's: row 27, and Dart's internal (dart-hooks, sections 6.2 and 6.4).
TEST_F(Library, AnInputThatIsWrongStartsNoHook) {
  workspace_.hook("app", "build", writing_hook());
  BuildRequest build = request();
  build.code->c_compiler = hooks::CCompilerConfig{
      .archiver = "/no/such/ar", .compiler = "/bin", .linker = "/bin/sh", .developer_command_prompt = std::nullopt};
  const BuildResult result = Runner(options()).build(build);
  ASSERT_EQ(result.hooks.size(), 1U);
  const Outcome& outcome = result.hooks[0].outcome;
  EXPECT_EQ(outcome.row, 27);
  EXPECT_EQ(outcome.dart_kind, DartKind::internal);
  const std::string tools = "config.extensions.code_assets.c_compiler.";
  EXPECT_THAT(outcome.reason, HasSubstr("the input of the build hook of package 'app' is not valid:"));
  EXPECT_THAT(outcome.reason, HasSubstr(tools + "cc: '/bin' is no regular file"));
  EXPECT_THAT(outcome.reason, HasSubstr(tools + "ar: '/no/such/ar' does not exist"));
  EXPECT_FALSE(std::filesystem::exists(result.hooks[0].directory + "/input.json"));
}

TEST_F(Library, AStopRequestCancels) {
  const std::filesystem::path fifo = workspace_.path() / "running";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  workspace_.hook("lib", "build", shell_hook("echo x > '" + fifo.string() + "'; exec sleep 1000"));
  workspace_.hook("app", "build", writing_hook());
  std::stop_source stop;
  std::jthread stopper([&] {
    (void)read_text(fifo);
    stop.request_stop();
  });
  const BuildResult result = Runner(options()).build(request(), stop.get_token());
  EXPECT_EQ(result.outcome.outcome_class, OutcomeClass::canceled);
  EXPECT_EQ(result.hooks.size(), 1U);

  const BuildResult never = Runner(options()).build(request(), stop.get_token());
  EXPECT_EQ(never.outcome.outcome_class, OutcomeClass::canceled);
  EXPECT_TRUE(never.hooks.empty());
}

TEST_F(Library, AStopAtTheDeadlineIsTheEndOfItsTime) {
  const std::filesystem::path fifo = workspace_.path() / "running";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  workspace_.hook("lib", "build", shell_hook("echo x > '" + fifo.string() + "'; exec sleep 1000"));
  workspace_.hook("app", "build", writing_hook());
  std::stop_source stop;
  std::jthread stopper([&] {
    (void)read_text(fifo);
    stop.request_stop();
  });
  RunnerOptions options = this->options();
  options.deadline = std::chrono::system_clock::now();
  const BuildResult result = Runner(options).build(request(), stop.get_token());
  EXPECT_EQ(result.outcome.row, 22);
  EXPECT_EQ(result.outcome.exit_code, -1);
  ASSERT_EQ(result.hooks.size(), 1U);
  EXPECT_EQ(result.hooks[0].outcome.outcome_class, OutcomeClass::timed_out);

  EXPECT_EQ(Runner(options).build(request(), stop.get_token()).outcome.row, 22);
  options.deadline = std::chrono::system_clock::now() + std::chrono::hours(1);
  EXPECT_EQ(Runner(options).build(request(), stop.get_token()).outcome.row, 23);
}

TEST_F(Library, TheEnvironmentIsTheCallersWhereGiven) {
  workspace_.hook("app", "build", shell_hook("env; echo '" + tests::success_output() + "' > \"$out\""));
  RunnerOptions options = this->options();
  options.environment = {"PATH=/usr/bin:/bin", "NOT_ON_THE_LIST=1"};
  const BuildResult result = Runner(options).build(request());
  ASSERT_TRUE(result.outcome.success()) << result.outcome.reason;
  EXPECT_THAT(read_text(result.hooks[0].directory + "/stdout.txt"), HasSubstr("NOT_ON_THE_LIST=1\n"));
}

TEST_F(Library, AHeldLockIsWaitedForAndThenNamed) {
  workspace_.hook("app", "build", writing_hook());
  const std::filesystem::path lock = workspace_.state() / "shared/app/.lock";
  auto held = FileLock::try_acquire(lock, "a test");
  ASSERT_TRUE(held.has_value());
  RunnerOptions options = this->options();
  options.lock_timeout = std::chrono::milliseconds(60);
  const BuildResult result = Runner(options).build(request());
  EXPECT_EQ(result.outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_THAT(result.outcome.reason,
              testing::AllOf(HasSubstr(lock.string()), HasSubstr("a test"), HasSubstr(std::to_string(::getpid()))));
  held.reset();
  EXPECT_TRUE(Runner(options).build(request()).outcome.success());
}

TEST_F(Library, TwoRunnersInOneProcessExcludeEachOther) {
  // Each run fails where the other one's file is there.
  workspace_.hook("app", "build",
                  shell_hook("mkdir \"${shared}busy\" || exit 1; i=0; while [ $i -lt 200 ]; do i=$((i+1)); done; rmdir "
                             "\"${shared}busy\"; echo '" +
                             tests::success_output() + "' > \"$out\""));
  const auto build = [&] {
    for (int i = 0; i < 5; ++i) {
      const BuildResult result = Runner(options()).build(request());
      if (!result.outcome.success()) return result.outcome.reason;
    }
    return std::string();
  };
  auto other = std::async(std::launch::async, build);
  EXPECT_EQ(build(), "");
  EXPECT_EQ(other.get(), "");
}

TEST_F(Library, NothingOfTheProcessChanges) {
  workspace_.hook("app", "build", writing_hook());
  const std::filesystem::path here = std::filesystem::current_path();
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGCHLD, nullptr, &before), 0);
  const ::mode_t mask = ::umask(027);
  EXPECT_TRUE(Runner(options()).build(request()).outcome.success());
  EXPECT_EQ(::umask(mask), 027U);
  struct sigaction after {};
  ASSERT_EQ(::sigaction(SIGCHLD, nullptr, &after), 0);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  EXPECT_EQ(std::filesystem::current_path(), here);
}

TEST_F(Library, WrongCallsAreRefused) {
  EXPECT_THROW(Runner({.package_config = "/x", .root_package = ""}), std::invalid_argument);
  EXPECT_THROW(Runner({.package_config = "", .root_package = "x"}), std::invalid_argument);
  Runner runner(options());
  EXPECT_THROW((void)runner.build({}), std::invalid_argument);  // code assets without a code configuration
}

}  // namespace
