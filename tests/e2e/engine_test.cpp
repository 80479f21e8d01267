// SPDX-License-Identifier: BSD-3-Clause
// The engine as the library gives it: several hooks at once, failures among them, retries, locks.
#include "runner/base/file_uri.hpp"
#include "runner/base/lock.hpp"
#include "tests/support/counted_hooks.hpp"
#include <grapnel/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <random>
#include <sstream>

namespace {

using namespace grapnel;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using tests::read_text;
using tests::shell_hook;
using tests::writing_hook;

BuildRequest request() {
  return {.code = hooks::CodeConfig{.target_os = hooks::os::kLinux, .target_architecture = hooks::architecture::kX64}};
}

std::string success_with_dependency(const std::filesystem::path& file) {
  return tests::success_output(R"(,"dependencies":[")" + file.string() + R"("])");
}

class Recorder final : public EventSink {
 public:
  void on_event(const Event& event) override {
    if (const auto* one = std::get_if<HookStarted>(&event)) started.push_back(one->hook.package);
    if (const auto* one = std::get_if<HookFinished>(&event)) finished.push_back(*one);
    if (const auto* one = std::get_if<Message>(&event)) messages += one->text + "\n";
  }
  std::vector<std::string> started;
  std::vector<HookFinished> finished;
  std::string messages;
};

class Engine : public testing::Test {
 protected:
  // "app" and what it depends on.
  void packages(const std::vector<std::string>& names) {
    workspace_.package("app", names);
    for (const std::string& name : names) workspace_.package(name);
  }
  RunnerOptions options(unsigned jobs = 1) {
    return {.package_config = workspace_.path() / ".dart_tool/package_config.json",
            .root_package = "app",
            .jobs = jobs,
            .retry_delay = std::chrono::milliseconds(1),
            .events = &recorder_};
  }
  [[nodiscard]] static std::map<std::string, std::string> classes(const BuildResult& result) {
    std::map<std::string, std::string> classes;
    for (const HookResult& hook : result.hooks) {
      classes[hook.hook.package] = name_of(hook.outcome.outcome_class);
    }
    return classes;
  }
  // A hook in sh that fails as `how` says.
  static std::string failing_hook(const std::string& how) {
    const auto failure = [](const std::string& type, int code) {
      return writing_hook(
          R"({"status":"failure","timestamp":"2026-11-21 10:00:00.000","failure_details":{"type":")" + type + R"("}})",
          code);
    };
    if (how == "build") return failure("build", 1);
    if (how == "infra") return failure("infra", 2);
    if (how == "uncategorized") return failure("uncategorized", 255);
    return writing_hook();
  }

  tests::CountedHooks workspace_;
  Recorder recorder_;
};

// Each hook waits until all have come: with a job less nobody would ever end.
TEST_F(Engine, TenHooksRunAtOnceWithTenJobs) {
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) names.push_back("p" + std::to_string(i));
  packages(names);
  for (const std::string& name : names) {
    workspace_.counted_hook(name, "",
                            "touch \"../../here.$(basename \"$PWD\")\"\n"
                            "i=0; while test $(ls ../.. | grep -c here) -lt 10; do\n"
                            "i=$((i+1)); test $i -lt 3000 || exit 1; sleep 0.01; done");
  }
  const BuildResult result = Runner(options(10)).build(request());
  EXPECT_TRUE(result.outcome.success()) << result.outcome.reason;
  EXPECT_THAT(result.hooks, SizeIs(10));
}

TEST_F(Engine, OneHookRunsAtATimeWithOneJob) {
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) names.push_back("p" + std::to_string(i));
  packages(names);
  for (const std::string& name : names) {
    workspace_.counted_hook(name, "", "mkdir ../../alone || exit 1; sleep 0.02; rmdir ../../alone");
  }
  const BuildResult result = Runner(options(1)).build(request());
  EXPECT_TRUE(result.outcome.success()) << result.outcome.reason;
  EXPECT_EQ(recorder_.started, names);
}

TEST_F(Engine, WhatTookLongestStartsFirstTheNextTime) {
  packages({"a_quick", "b_slow", "c_middle"});
  for (const auto& [name, seconds] :
       std::map<std::string, std::string>{{"a_quick", "0"}, {"b_slow", "0.6"}, {"c_middle", "0.3"}}) {
    workspace_.counted_hook(name, R"(,"dependencies":["$PWD/../../again"])", "sleep " + seconds);
  }
  ASSERT_TRUE(Runner(options()).build(request()).outcome.success());
  EXPECT_THAT(recorder_.started, ElementsAre("a_quick", "b_slow", "c_middle"));
  // How long they took on a busy machine is what an up-to-date run says; the sleeps only make it another order.
  recorder_.finished.clear();
  ASSERT_TRUE(Runner(options()).build(request()).outcome.success());
  std::vector<HookFinished> known = recorder_.finished;
  ASSERT_THAT(known, SizeIs(3));
  std::stable_sort(known.begin(), known.end(),
                   [](const HookFinished& left, const HookFinished& right) { return left.duration > right.duration; });
  std::vector<std::string> longest_first;
  for (const HookFinished& hook : known) {
    EXPECT_TRUE(hook.up_to_date);
    longest_first.push_back(hook.hook.package);
  }
  recorder_.started.clear();
  workspace_.write("app", workspace_.path() / "again", "");
  ASSERT_TRUE(Runner(options()).build(request()).outcome.success());
  EXPECT_EQ(recorder_.started, longest_first);
}

TEST_F(Engine, WithoutKeepGoingNothingMoreIsStarted) {
  packages({"a", "b"});
  workspace_.hook("a", "build", failing_hook("build"));
  workspace_.counted_hook("b");
  workspace_.counted_hook("app");
  const BuildResult result = Runner(options()).build(request());
  EXPECT_EQ(result.outcome.outcome_class, OutcomeClass::build_failure);
  EXPECT_EQ(classes(result), (std::map<std::string, std::string>{{"a", "build_failure"}}));
  EXPECT_EQ(workspace_.runs("b") + workspace_.runs("app"), 0);
}

TEST_F(Engine, KeepGoingRunsWhatDoesNotDependOnAFailure) {
  packages({"a", "b"});
  workspace_.hook("a", "build", failing_hook("build"));
  workspace_.counted_hook("b");
  workspace_.counted_hook("app");
  RunnerOptions options = this->options();
  options.keep_going = true;
  const BuildResult result = Runner(options).build(request());
  EXPECT_EQ(result.outcome.outcome_class, OutcomeClass::build_failure);
  EXPECT_EQ(classes(result),
            (std::map<std::string, std::string>{{"a", "build_failure"}, {"app", "skipped"}, {"b", "success"}}));
  EXPECT_EQ(workspace_.runs("b"), 1);
  EXPECT_EQ(workspace_.runs("app"), 0);
  const auto skipped = std::find_if(result.hooks.begin(), result.hooks.end(),
                                    [](const HookResult& hook) { return hook.hook.package == "app"; });
  EXPECT_EQ(skipped->outcome.row, 29);
  EXPECT_THAT(skipped->outcome.reason, HasSubstr("a"));
  // What succeeded beside it is remembered.
  workspace_.hook("a", "build", writing_hook());
  EXPECT_TRUE(Runner(options).build(request()).outcome.success());
  EXPECT_EQ(workspace_.runs("b"), 0);
  EXPECT_EQ(workspace_.runs("app"), 1);
}

TEST_F(Engine, AggregateSaysWhichClassDecides) {
  packages({"a", "b"});
  workspace_.hook("a", "build", failing_hook("infra"));
  workspace_.hook("b", "build", failing_hook("build"));
  RunnerOptions options = this->options();
  options.keep_going = true;
  const BuildResult infra = Runner(options).build(request());
  EXPECT_EQ(infra.outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_EQ(infra.outcome.retry, Retry::never);  // b would fail again
  options.aggregate = Aggregate::build_first;
  EXPECT_EQ(Runner(options).build(request()).outcome.outcome_class, OutcomeClass::build_failure);
}

// Whatever fails, and however many run at once: the run ends the same way.
TEST_F(Engine, TheOutcomeIsTheSameForAnyParallelism) {
  const std::vector<std::string> ends{"success", "build", "infra", "uncategorized"};
  const std::vector<std::string> names{"a", "b", "c", "d"};
  workspace_.package("app", {"a", "b", "c", "d"});
  workspace_.package("a", {"c"});
  workspace_.package("b");
  workspace_.package("c");
  workspace_.package("d", {"b"});
  constexpr unsigned kSeed = 11;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 8; ++round) {
    std::string how;
    for (const std::string& name : names) {
      const std::string& end = ends[random() % ends.size()];
      how += name + ": " + end + " ";
      // The order in which they end is another one each time.
      workspace_.hook(name, "build", shell_hook("sleep 0.0" + std::to_string(random() % 5)) + failing_hook(end));
    }
    SCOPED_TRACE(how);
    std::vector<BuildResult> results;
    for (const unsigned jobs : {1U, 2U, 4U}) {
      RunnerOptions options = this->options(jobs);
      options.keep_going = true;
      options.force_all = true;
      results.push_back(Runner(options).build(request()));
    }
    for (const BuildResult& result : results) {
      EXPECT_EQ(result.outcome, results.front().outcome);
      EXPECT_EQ(classes(result), classes(results.front()));
      ASSERT_EQ(result.hooks.size(), results.front().hooks.size());
      for (std::size_t i = 0; i < result.hooks.size(); ++i) {
        EXPECT_EQ(result.hooks[i].hook, results.front().hooks[i].hook);
      }
    }
  }
}

TEST_F(Engine, AnInfraFailureIsTriedAgain) {
  packages({});
  workspace_.hook("app", "build",
                  shell_hook("echo try >&2; echo x >> tries\nif test $(wc -l < tries) -lt 3; then") +
                      failing_hook("infra") + "fi\n" + writing_hook());
  RunnerOptions options = this->options();
  options.retries = 5;
  const BuildResult result = Runner(options).build(request());
  EXPECT_TRUE(result.outcome.success()) << result.outcome.reason;
  ASSERT_THAT(result.hooks, SizeIs(1));
  EXPECT_TRUE(result.hooks[0].outcome.flaky);
  EXPECT_EQ(result.hooks[0].outcome.row, 31);
  EXPECT_TRUE(result.outcome.flaky);
  ASSERT_THAT(recorder_.finished, SizeIs(1));
  ASSERT_THAT(recorder_.finished[0].attempts, SizeIs(2));
  for (const Attempt& attempt : recorder_.finished[0].attempts) {
    EXPECT_EQ(attempt.outcome.outcome_class, OutcomeClass::infra_failure);
    EXPECT_EQ(read_text(attempt.log), "try\n");
  }
  EXPECT_EQ(std::count(recorder_.started.begin(), recorder_.started.end(), "app"), 1);
  // What passed in the end is remembered as any success.
  EXPECT_TRUE(Runner(options).build(request()).hooks[0].up_to_date);
}

TEST_F(Engine, RetriesAreAsManyAsAllowed) {
  packages({});
  RunnerOptions options = this->options();
  options.retries = 3;
  const auto tries = [&](const std::string& end) {
    workspace_.hook("app", "build", shell_hook("echo x >> '" + (workspace_.path() / "runs.app").string() + "'") + end);
    EXPECT_FALSE(Runner(options).build(request()).outcome.success());
    return workspace_.runs("app");
  };
  EXPECT_EQ(tries(failing_hook("infra")), 4);
  EXPECT_EQ(tries("exit 2\n"), 2);  // not confirmed by output.json: at most once more
  EXPECT_EQ(tries(failing_hook("build")), 1);
  EXPECT_EQ(tries(failing_hook("uncategorized")), 1);
  options.retries = 0;
  EXPECT_EQ(tries(failing_hook("infra")), 1);
}

// D10 and D11 of Dart's runner.
TEST_F(Engine, ALockThatStaysHeldIsAnOutcome) {
  packages({});
  workspace_.counted_hook("app");
  const auto held = FileLock::try_acquire(workspace_.state() / "shared/app/.lock", "a test");
  ASSERT_TRUE(held.has_value());
  RunnerOptions options = this->options();
  options.lock_timeout = std::chrono::milliseconds(100);
  const BuildResult result = Runner(options).build(request());
  EXPECT_EQ(result.outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_THAT(result.outcome.reason, testing::AllOf(HasSubstr(".lock"), HasSubstr("a test")));
  EXPECT_EQ(workspace_.runs("app"), 0);
}

TEST_F(Engine, RunnersInOneProcessExcludeEachOther) {
  packages({});
  workspace_.counted_hook("app", "", "mkdir ../../alone || exit 1; sleep 0.1; rmdir ../../alone");
  RunnerOptions options = this->options();
  options.events = nullptr;
  std::vector<std::future<BuildResult>> builds;
  for (int i = 0; i < 4; ++i) {
    builds.push_back(std::async(std::launch::async, [&] { return Runner(options).build(request()); }));
  }
  for (auto& build : builds) {
    const BuildResult result = build.get();
    EXPECT_TRUE(result.outcome.success()) << result.outcome.reason;
  }
  EXPECT_EQ(workspace_.runs("app"), 1);  // who had to wait found it done
}

// What a hook is told about where to put its files is a part of its input: the copy makes its own.
TEST_F(Engine, ACopiedWorkspaceDoesNotTakeTheOriginalsOutputs) {
  packages({});
  workspace_.hook("app", "build", writing_hook());
  ASSERT_TRUE(Runner(options()).build(request()).outcome.success());
  const std::filesystem::path copy = workspace_.path() / "copy";
  std::filesystem::create_directories(copy);
  std::filesystem::copy(workspace_.path() / ".dart_tool", copy / ".dart_tool",
                        std::filesystem::copy_options::recursive);
  workspace_.write_executable("copy/.dart_tool/package_config.json",
                              R"({"configVersion":2,"packages":[{"name":"app","packageUri":"lib/","rootUri":")" +
                                  file_uri(workspace_.root("app").string() + "/") + R"("}]})");
  recorder_.started.clear();
  RunnerOptions copied = options();
  copied.package_config = copy / ".dart_tool/package_config.json";
  const BuildResult result = Runner(copied).build(request());
  ASSERT_TRUE(result.outcome.success()) << result.outcome.reason;
  EXPECT_THAT(recorder_.started, ElementsAre("app"));
}

// Whether the hook read it before it was removed nobody knows; so it runs once more, and then it is known.
TEST_F(Engine, ADependencyThatIsRemovedWhileTheHookRunsIsMissed) {
  packages({});
  const std::filesystem::path file = workspace_.write("app", "data/read.txt", "x");
  workspace_.hook("app", "build",
                  shell_hook("echo x >> '" + (workspace_.path() / "runs").string() + "'; rm -f '" + file.string() +
                             "'; echo '" + success_with_dependency(file) + "' > \"$out\""));
  ASSERT_TRUE(Runner(options()).build(request()).outcome.success());
  EXPECT_EQ(read_text(workspace_.path() / "runs"), "x\nx\n");
  ASSERT_TRUE(Runner(options()).build(request()).outcome.success());
  EXPECT_EQ(read_text(workspace_.path() / "runs"), "x\nx\n");
}

TEST_F(Engine, AFaultOfTheRunnerItselfIsTriedAgain) {
  packages({});
  workspace_.hook("app", "build", writing_hook());
  RunnerOptions retrying = options();
  retrying.retries = 1;
  ASSERT_TRUE(Runner(retrying).build(request()).outcome.success());
  // A directory that is not empty, in the place of the input.
  const std::filesystem::path input = workspace_.hook_directory("app") / "input.json";
  std::filesystem::remove(input);
  std::filesystem::create_directories(input / "full");
  retrying.force_all = true;
  const BuildResult result = Runner(retrying).build(request());
  EXPECT_EQ(result.outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_THAT(result.outcome.reason, HasSubstr("input.json"));
  EXPECT_THAT(recorder_.finished.back().attempts, SizeIs(1));
}

}  // namespace
