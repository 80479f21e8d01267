// SPDX-License-Identifier: BSD-3-Clause
// --events, --report, --exit-code and `grapnel report`: what a command leaves for others to read.
#include "tests/support/giving_hook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <thread>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Ended;
using tests::shell_hook;
using tests::Workspace;
using tests::writing_hook;

class Events : public testing::Test {
 protected:
  Events() {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
    workspace_.hook("app", "build", writing_hook());
    workspace_.hook("lib", "build", writing_hook());
  }
  [[nodiscard]] std::string file(const std::string& name) const { return workspace_.path() / name; }
  [[nodiscard]] std::vector<Json> events() const {
    std::vector<Json> events;
    std::ifstream lines(file("events.jsonl"));
    for (std::string line; std::getline(lines, line);) events.push_back(Json::parse(line));
    return events;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Json& event : events()) names.push_back(*event.find("event")->as_string());
    return names;
  }
  [[nodiscard]] std::string report(const std::string& name) const { return tests::read_text(file(name)); }

  Workspace workspace_;
};

TEST_F(Events, TellWhatHappenedInOrder) {
  ASSERT_EQ(workspace_.grapnel({"build", "-j1", "--events", file("events.jsonl")}).exit_code, 0);
  EXPECT_THAT(names(),
              ElementsAre("command_started", "run_started", "hook_started", "step_started", "hook_finished",
                          "hook_started", "step_started", "hook_finished", "run_finished", "command_finished"));
  const std::vector<Json> all = events();
  EXPECT_EQ(all[0].find("runs")->to_string(), R"(["build"])");
  EXPECT_EQ(all[1].find("waits")->to_string(), "[[1,0]]");
  EXPECT_EQ(all[2].find("hook")->to_string(), R"({"kind":"build","package":"lib"})");
  std::int64_t time = 0;
  for (const Json& event : all) {
    EXPECT_GE(*event.find("time")->as_integer(), time);
    time = *event.find("time")->as_integer();
  }
  // Up to date: nothing starts.
  ASSERT_EQ(workspace_.grapnel({"build", "--events", file("events.jsonl")}).exit_code, 0);
  EXPECT_THAT(names(), ElementsAre("command_started", "run_started", "hook_finished", "hook_finished", "run_finished",
                                   "command_finished"));
}

TEST_F(Events, AProjectThatIsNotThereIsACommandWithoutRuns) {
  const Ended ended = workspace_.grapnel({"build", "--workspace", file("missing.toml"), "--events",
                                          file("events.jsonl"), "--report", "json=" + file("r")});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(names().front(), "command_started");
  EXPECT_EQ(names().back(), "command_finished");
  EXPECT_EQ(*events().back().find("exit_code")->as_integer(), 1);
  EXPECT_THAT(report("r"), HasSubstr("missing.toml"));
}

TEST_F(Events, ReportsOfTheRunAndOfItsEventsAreTheSameBytes) {
  workspace_.hook("app", "build",
                  shell_hook("printf 'half \\360\\237 \\033[31mred\\033[0m ]]> ::error::x\\n' >&2; exit 2"));
  std::vector<std::string> build{"build", "--retries", "1", "--events", file("events.jsonl")};
  std::vector<std::string> again{"report", "--from", file("events.jsonl")};
  for (const std::string kind : {"json", "luci", "junit", "github", "trace", "html"}) {
    const std::string end = kind == "luci" ? "luci.json" : kind;
    build.insert(build.end(), {"--report", kind + "=" + file("run." + end)});
    again.insert(again.end(), {"--report", kind + "=" + file("again." + end)});
  }
  EXPECT_EQ(workspace_.grapnel(build).exit_code, 2);
  const Ended ended = workspace_.grapnel(again);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  for (const std::string end : {"json", "luci.json", "junit", "github", "github.md", "trace", "html"}) {
    EXPECT_THAT(report("run." + end), Not(IsEmpty())) << end;
    EXPECT_EQ(report("run." + end), report("again." + end)) << end;
  }
}

TEST_F(Events, AKilledRunLeavesItsEvents) {
  workspace_.hook("app", "build", shell_hook("touch started; exec sleep 600"));
  const tests::Started started =
      workspace_.start_grapnel({"build", "--events", file("events.jsonl"), "--report", "json=" + file("never")});
  while (!std::filesystem::exists(workspace_.root("app") / "started")) std::this_thread::yield();
  ASSERT_EQ(::kill(started.pid, SIGKILL), 0);
  EXPECT_EQ(started.wait().signal, SIGKILL);
  EXPECT_EQ(names().back(), "step_started");
  EXPECT_FALSE(std::filesystem::exists(file("never")));
  const Ended ended =
      workspace_.grapnel({"report", "--from", file("events.jsonl"), "--report", "json=" + file("after")});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("cut off"));
  EXPECT_THAT(report("after"), HasSubstr("\"lib\""));
}

TEST_F(Events, ReportsAreWrittenAfterACancel) {
  workspace_.hook("app", "build", shell_hook("touch started; exec sleep 600"));
  const tests::Started started =
      workspace_.start_grapnel({"build", "--events", file("events.jsonl"), "--report", "json=" + file("report")});
  while (!std::filesystem::exists(workspace_.root("app") / "started")) std::this_thread::yield();
  ASSERT_EQ(::kill(started.pid, SIGTERM), 0);
  EXPECT_EQ(started.wait().signal, SIGTERM);
  const Json last = events().back();
  EXPECT_EQ(*last.find("event")->as_string(), "command_finished");
  EXPECT_EQ(*last.find("signal")->as_integer(), SIGTERM);
  EXPECT_THAT(report("report"), HasSubstr("\"canceled\""));
}

TEST_F(Events, AReportThatCannotBeWrittenIsAWarning) {
  const Ended ended = workspace_.grapnel({"build", "--report", "json=/dev/full", "--report",
                                          "junit=" + file("good.xml"), "--events", file("no/such/file")});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("warning: the report 'json' is not written to '/dev/full'"),
                               HasSubstr("the events are not written")));
  EXPECT_THAT(report("good.xml"), HasSubstr("<testsuites"));
  const Ended afterwards = workspace_.grapnel({"build", "--events", file("events.jsonl")});
  EXPECT_EQ(afterwards.exit_code, 0);
  EXPECT_EQ(workspace_.grapnel({"report", "--from", file("events.jsonl"), "--report", "json=/dev/full"}).exit_code, 2);
}

TEST_F(Events, AReportMayGoToStandardOutput) {
  const Ended ended = workspace_.grapnel({"build", "--report", "json=-"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_NE(Json::parse(ended.out).as_object(), nullptr);
}

TEST_F(Events, GithubsReportComesByItselfUnlessItIsRefused) {
  workspace_.hook("app", "build", shell_hook("echo 'src/a.c:3:4: error: no such thing' >&2; exit 1"));
  const std::vector<std::string> inside{"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + file("summary.md")};
  Ended ended = workspace_.grapnel({"build"}, inside);
  EXPECT_THAT(ended.out, HasSubstr("::error "));
  EXPECT_THAT(report("summary.md"), HasSubstr("app"));
  std::filesystem::remove(file("summary.md"));
  ended = workspace_.grapnel({"build", "--no-github"}, inside);
  EXPECT_EQ(ended.out, "");
  EXPECT_FALSE(std::filesystem::exists(file("summary.md")));
}

TEST_F(Events, GithubsReportDoesNotMixWithAnother) {
  const Ended ended = workspace_.grapnel({"build", "--report", "json=-"}, {"GITHUB_ACTIONS=true"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_NE(Json::parse(ended.out).as_object(), nullptr);
}

TEST_F(Events, HoldNoSecrets) {
  workspace_.hook(
      "app", "build",
      shell_hook("head -c 65530 /dev/zero | tr '\\0' A; printf %s \"$MY_TOKEN\"; head -c 70000 /dev/zero | "
                 "tr '\\0' A; echo \"$MY_TOKEN\" >&2\n"
                 "echo \"{\\\"timestamp\\\":\\\"x\\\",\\\"status\\\":\\\"failure $MY_TOKEN\\\"}\" > \"$out\""));
  const Ended ended =
      workspace_.grapnel({"build", "-vv", "--pass-env", "MY_TOKEN", "--events", file("events.jsonl"), "--report",
                          "json=" + file("report"), "--report", "luci=" + file("luci.textpb")},
                         {"MY_TOKEN=value123456ZZ"});
  EXPECT_NE(ended.exit_code, 0);
  for (const std::string& text : {ended.err, report("events.jsonl"), report("report"), report("luci.textpb")}) {
    EXPECT_THAT(text, AllOf(Not(IsEmpty()), Not(HasSubstr("123456"))));
  }
}

// Nobody reads what it says: it can be ended all the same.
TEST_F(Events, ARunThatNobodyReadsCanBeCanceled) {
  workspace_.hook("app", "build", shell_hook("touch started; exec yes"));
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const hooks::base::Fd read_end(ends[0]);
  const hooks::base::Fd write_end(ends[1]);
  const auto pid = hooks::base::spawn({.executable = tests::kGrapnel,
                                       .arguments = {"grapnel", "build", "-vv"},
                                       .environment = tests::environment_with(),
                                       .working_directory = workspace_.root("app"),
                                       .stderr_fd = write_end.get()});
  ASSERT_TRUE(pid);
  int filled = 0;
  constexpr int kFull = 60'000;
  while (filled < kFull) {
    ASSERT_EQ(::ioctl(read_end.get(), FIONREAD, &filled), 0);
    std::this_thread::yield();
  }
  ASSERT_EQ(::kill(*pid, SIGTERM), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(*pid, &status, 0), *pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
}

TEST_F(Events, AFifoThatNobodyReadsIsAWarning) {
  ASSERT_EQ(::mkfifo(file("fifo").c_str(), 0600), 0);
  const Ended ended = workspace_.grapnel({"build", "--events", file("fifo")});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, HasSubstr("the events are not written"));
}

TEST_F(Events, ExitCodesCanBeOthers) {
  workspace_.hook("app", "build", shell_hook("exit 2"));
  EXPECT_EQ(workspace_.grapnel({"build", "--exit-code", "infra=75,uncategorized=1"}).exit_code, 75);
  workspace_.hook("app", "build", shell_hook("exit 9"));
  EXPECT_EQ(workspace_.grapnel({"build", "--exit-code", "infra=75,uncategorized=1"}).exit_code, 1);
  workspace_.hook("app", "build", shell_hook("exit 1"));
  EXPECT_EQ(workspace_.grapnel({"build", "--exit-code", "infra=75"}).exit_code, 1);
  for (const char* wrong : {"infra", "infra=0", "infra=256", "success=3", "infra=x", "=1"}) {
    const Ended ended = workspace_.grapnel({"build", "--exit-code", wrong});
    EXPECT_EQ(ended.exit_code, 64) << wrong;
    EXPECT_THAT(ended.err, HasSubstr("expected build, infra"));
  }
}

TEST_F(Events, BadFilesOfEventsAreRefused) {
  std::ofstream(file("bad")) << "nonsense\n";
  Ended ended = workspace_.grapnel({"report", "--from", file("bad"), "--report", "json=" + file("r")});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("line 1"));
  EXPECT_FALSE(std::filesystem::exists(file("r")));
  EXPECT_EQ(workspace_.grapnel({"report", "--from", file("none"), "--report", "json=-"}).exit_code, 2);
  EXPECT_EQ(workspace_.grapnel({"report", "--from", file("bad")}).exit_code, 64);
  ended = workspace_.grapnel({"build", "--report", "odd=x"});
  EXPECT_EQ(ended.exit_code, 64);
  EXPECT_THAT(ended.err, HasSubstr("the kinds are github, html, json"));
  ended = workspace_.grapnel({"build", "--report", "json"});
  EXPECT_THAT(ended.err, HasSubstr("expected KIND=PATH"));
  ended = workspace_.grapnel({"build", "--report", "luci=" + file("x.odd")});
  EXPECT_EQ(ended.exit_code, 64);
  EXPECT_THAT(ended.err, HasSubstr("has to be .json, .textpb or .pb"));
}

}  // namespace
