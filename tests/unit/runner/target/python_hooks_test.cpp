// SPDX-License-Identifier: BSD-3-Clause
// Real Hatch hooks from C++ (spec: hatch-build-hooks, section 6.6), with Debian's hatchling and without. What the host
// does is tested over its channel in tests/hatch/host_test.py; here is what its answers and its end mean.
#include "runner/target/python_hooks.hpp"

#include "runner/target/loop.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>

namespace grapnel::target {
namespace {

using namespace std::chrono_literals;
using hooks::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::TemporaryDirectory;

// --- what the host says ---

HostFailure failure(const std::string& error) { return failure_of(*Json::parse(error).as_object()); }

TEST(HostFailure, AbortHasTheHooksExitCodeAndAClassByIt) {
  struct Case {
    std::int64_t code;
    int exit_code;
    OutcomeClass outcome_class;
  };
  const Case cases[] = {{1, 1, OutcomeClass::build_failure},   {2, 2, OutcomeClass::infra_failure},
                        {9, 9, OutcomeClass::build_failure},   {125, 125, OutcomeClass::build_failure},
                        {126, 1, OutcomeClass::build_failure}, {0, 1, OutcomeClass::build_failure},
                        {-1, 1, OutcomeClass::build_failure},  {256, 1, OutcomeClass::build_failure}};
  for (const Case& one : cases) {
    const HostFailure found =
        failure(R"({"kind":"abort","code":)" + std::to_string(one.code) + R"(,"message":"no","traceback":"T"})");
    EXPECT_EQ(found.exit_code, one.exit_code) << one.code;
    EXPECT_EQ(found.abort_code, one.code);
    EXPECT_EQ(found.outcome.outcome_class, one.outcome_class) << one.code;
    EXPECT_EQ(found.outcome.reason, "aborted with code " + std::to_string(one.code) + ": no");
    EXPECT_EQ(found.traceback, "T");
  }
  EXPECT_EQ(failure(R"({"kind":"abort","code":9,"message":""})").outcome.reason, "aborted with code 9");
}

TEST(HostFailure, ExceptionIsABuildFailureUnlessItSaysInfra) {
  const HostFailure found = failure(R"({"kind":"exception","type":"ValueError","message":"m","traceback":"T"})");
  EXPECT_EQ(found.outcome.outcome_class, OutcomeClass::build_failure);
  EXPECT_EQ(found.outcome.row, 9);
  EXPECT_EQ(found.outcome.reason, "ValueError: m");
  EXPECT_EQ(found.type, "ValueError");
  EXPECT_EQ(found.traceback, "T");
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_FALSE(found.abort_code || found.is_import || found.is_unknown_hook || found.end);
  const HostFailure infra = failure(R"({"kind":"exception","type":"Infra","message":"","infra":true})");
  EXPECT_EQ(infra.outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_TRUE(infra.outcome.confirmed);
  EXPECT_EQ(infra.outcome.reason, "Infra");
  EXPECT_EQ(infra.exit_code, 2);
}

TEST(HostFailure, TheOthersAreToldApart) {
  const HostFailure project = failure(R"({"kind":"exception","type":"OSError","message":"no file","project":true})");
  EXPECT_EQ(project.outcome.row, 25);
  EXPECT_EQ(project.outcome.reason, "no file");
  const HostFailure import = failure(R"({"kind":"import","type":"ModuleNotFoundError","message":"no x"})");
  EXPECT_TRUE(import.is_import);
  EXPECT_EQ(import.outcome.reason, "ModuleNotFoundError: no x");
  const HostFailure unknown = failure(R"({"kind":"unknown_hook","message":"no hook"})");
  EXPECT_TRUE(unknown.is_unknown_hook);
  EXPECT_EQ(unknown.outcome.row, 25);
  const HostFailure data = failure(R"({"kind":"unserializable","key":"own[1]","message":"own[1] holds a set"})");
  EXPECT_EQ(data.key, "own[1]");
  EXPECT_TRUE(data.outcome.violation);
  EXPECT_EQ(data.outcome.reason, "build data cannot be passed on: own[1] holds a set");
  for (const char* const odd : {R"({"kind":"internal","type":"KeyError","message":"x"})", "{}", R"({"kind":3})",
                                R"({"kind":"abort ","code":1})"}) {
    EXPECT_EQ(failure(odd).outcome.row, 27) << odd;
  }
  EXPECT_EQ(failure(R"({"kind":"abort","code":"9"})").exit_code, 1);
}

// --- how the process ended ---

HostFailure end_of(SessionEnd::Cause cause, ProcessEnd end, std::string detail = {}, std::string_view words = {}) {
  return failure_of(SessionEnd{.cause = cause, .end = std::move(end), .detail = std::move(detail)}, "/py", words, 90s);
}

TEST(HostFailure, EndOfTheProcess) {
  const HostFailure ended = end_of(SessionEnd::Cause::itself, Exited{0});
  EXPECT_EQ(ended.outcome.row, 9);
  EXPECT_TRUE(ended.outcome.violation);
  EXPECT_THAT(ended.outcome.reason, HasSubstr("ended its process (exit code 0) instead of returning"));
  EXPECT_EQ(ended.end, ProcessEnd(Exited{0}));
  const HostFailure crashed = end_of(SessionEnd::Cause::itself, Signaled{SIGSEGV});
  EXPECT_EQ(crashed.outcome.row, 17);
  EXPECT_EQ(crashed.exit_code, 255);
  const HostFailure slow = end_of(SessionEnd::Cause::time_limit, Signaled{SIGKILL});
  EXPECT_EQ(slow.outcome.outcome_class, OutcomeClass::timed_out);
  EXPECT_EQ(slow.outcome.reason, "the hook did not end within its time limit of 90 s");
  EXPECT_EQ(end_of(SessionEnd::Cause::stop, Signaled{SIGKILL}).outcome.outcome_class, OutcomeClass::canceled);
  const HostFailure rubbish = end_of(SessionEnd::Cause::rubbish, Signaled{SIGKILL}, "'x'");
  EXPECT_EQ(rubbish.outcome.row, 9);
  EXPECT_TRUE(rubbish.outcome.violation);
  EXPECT_THAT(rubbish.outcome.reason, HasSubstr("something else wrote to grapnel's own channel: 'x'"));
}

TEST(HostFailure, AnInterpreterThatIsNone) {
  const HostFailure missing = end_of(SessionEnd::Cause::not_ready, NotStarted{ENOENT, "'/py': No such file"});
  EXPECT_EQ(missing.outcome.row, 24);
  EXPECT_EQ(missing.outcome.reason, "the Python interpreter '/py' does not start: '/py': No such file");
  const HostFailure old = end_of(SessionEnd::Cause::not_ready, Exited{1}, "", "grapnel needs Python 3.8 or later\n");
  EXPECT_EQ(old.outcome.reason,
            "the Python interpreter '/py' cannot run hooks: exit code 1 before it was ready; it "
            "said: grapnel needs Python 3.8 or later");
}

// --- the whole ---

constexpr const char* kInterface = "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n";

class PythonHostTest : public testing::Test {
 protected:
  void SetUp() override {
    project.write("pyproject.toml", "[project]\nname = \"demo\"\nversion = \"1\"\nscripts = {demo = \"demo:main\"}\n");
  }

  /// A hook with these methods.
  void write_script(const std::string& methods) {
    project.write("hatch_build.py", std::string(kInterface) + "class Hook(BuildHookInterface):\n" + methods);
  }

  PythonHost::Options options() {
    return {.python = "/usr/bin/python3",
            .environment = tests::environment_with(),
            .root = project.path(),
            .target = "wheel",
            .directory = project.path() / "dist",
            .stdout_file = out / "stdout",
            .stderr_file = out / "stderr",
            .time_limit = 120s};
  }

  TemporaryDirectory project;
  TemporaryDirectory out;
  Loop loop{Loop::Options{.temporary_directory = out.path()}};
};

TEST_F(PythonHostTest, RunsTheStagesOfAScriptInOneProcess) {
  write_script(R"(
    def clean(self, versions):
        self.cleaned = versions
    def dependencies(self):
        return ["cmake", "ninja"]
    def initialize(self, version, build_data):
        import os
        print("initialize says")
        build_data["seen"] = [self.cleaned, self.config, version, list(build_data["build_hooks"]), os.environ["GIVEN"]]
        build_data["artifacts"].append("/x")
        self.metadata.core.scripts["other"] = "demo:other"
        self.build_config.target_config["exclude"] = ["/y"]
        os.environ["OWN"] = "1"
    def finalize(self, version, build_data, artifact_path):
        build_data["path"] = artifact_path
)");
  PythonHost host(loop, options());
  const auto opened = host.open();
  ASSERT_TRUE(opened) << opened.error().outcome.reason;
  EXPECT_THAT(opened->note, HasSubstr("Python hooks run with hatchling " + opened->hatchling));
  EXPECT_THAT(opened->hatchling, Not(IsEmpty()));
  ASSERT_TRUE(host.load("custom", {{"key", "value"}}, 0));
  EXPECT_THAT(host.dependencies("custom").value(), ElementsAre("cmake", "ninja"));
  ASSERT_TRUE(host.clean("custom", {"standard"}));
  const Json::Object data{{"artifacts", Json::Array()}, {"build_hooks", Json::Array{"other", "custom"}}};
  ASSERT_TRUE(host.begin("standard", data));
  host.set_environment("GIVEN", "of another hook");
  const auto initialized = host.initialize("custom", "standard", data);
  ASSERT_TRUE(initialized) << initialized.error().outcome.reason;
  EXPECT_EQ(Json(initialized->build_data).to_string(),
            R"({"artifacts":["/x"],"build_hooks":["other","custom"],"seen":[["standard"],{"key":"value"},"standard",)"
            R"(["other","custom"],"of another hook"]})");
  EXPECT_EQ(Json(initialized->changes.environment).to_string(), R"({"OWN":"1"})");
  EXPECT_EQ(Json(initialized->changes.metadata).to_string(),
            R"({"scripts":{"demo":"demo:main","other":"demo:other"}})");
  EXPECT_EQ(Json(initialized->changes.target_config.value()).to_string(), R"({"exclude":["/y"]})");
  const auto finalized = host.finalize("custom", "standard", initialized->build_data, "/a.whl");
  ASSERT_TRUE(finalized) << finalized.error().outcome.reason;
  EXPECT_EQ(*finalized->build_data.find("path"), Json("/a.whl"));
  EXPECT_FALSE(finalized->changes.target_config);
  EXPECT_TRUE(finalized->changes.environment.empty() && finalized->changes.metadata.empty());
  host.close();
  EXPECT_EQ(host.new_stderr(), "initialize says\n");
  EXPECT_EQ(host.new_stdout(), "");
}

TEST_F(PythonHostTest, OutlivesPackagingAndEndsInPeace) {
  write_script(R"(
    def initialize(self, version, build_data):
        import atexit
        atexit.register(print, "the end")
)");
  PythonHost host(loop, options());
  ASSERT_TRUE(host.load("custom", {}, 0));
  ASSERT_TRUE(host.initialize("custom", "standard", {}));
  host.close();
  EXPECT_EQ(host.new_stderr(), "the end\n");
}

TEST_F(PythonHostTest, FailuresOfAHookLeaveTheHostAlive) {
  write_script(R"(
    def initialize(self, version, build_data):
        if version == "abort":
            self.app.abort("not here", code=9)
        if version == "raise":
            raise ValueError("no")
        build_data["own"] = {1, 2}
)");
  PythonHost host(loop, options());
  ASSERT_TRUE(host.load("custom", {}, 0));
  const auto aborted = host.initialize("custom", "abort", {});
  ASSERT_FALSE(aborted);
  EXPECT_EQ(aborted.error().exit_code, 9);
  EXPECT_EQ(aborted.error().outcome.reason, "aborted with code 9: not here");
  const auto raised = host.initialize("custom", "raise", {});
  ASSERT_FALSE(raised);
  EXPECT_EQ(raised.error().outcome.reason, "ValueError: no");
  EXPECT_THAT(raised.error().traceback, HasSubstr("hatch_build.py"));
  const auto odd = host.initialize("custom", "standard", {});
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().key, "own");
  EXPECT_TRUE(host.load("no-such-plugin", {}, 1).error().is_unknown_hook);
}

TEST_F(PythonHostTest, SaysHowItDiedAndGoesOnSayingIt) {
  write_script(R"(
    def initialize(self, version, build_data):
        import os
        os.kill(os.getpid(), 11)
)");
  PythonHost host(loop, options());
  ASSERT_TRUE(host.load("custom", {}, 0));
  for (int i = 0; i < 2; ++i) {
    const auto died = host.initialize("custom", "standard", {});
    ASSERT_FALSE(died);
    EXPECT_EQ(died.error().outcome.row, 17);
    ASSERT_TRUE(died.error().end);
    EXPECT_THAT(describe(*died.error().end), HasSubstr("SIGSEGV"));
  }
  EXPECT_FALSE(host.begin("x", {}));
  host.close();
}

TEST_F(PythonHostTest, AHookThatHangsIsEnded) {
  write_script(R"(
    def initialize(self, version, build_data):
        import signal
        signal.pause()
)");
  PythonHost host(loop, options());
  ASSERT_TRUE(host.load("custom", {}, 0));
  host.set_time_limit(200ms);
  const auto slow = host.initialize("custom", "standard", {});
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().outcome.outcome_class, OutcomeClass::timed_out);
  EXPECT_EQ(slow.error().outcome.reason, "the hook did not end within its time limit of 0.200 s");
  // Its processes, and none of others.
  EXPECT_THAT(slow.error().hang_report, HasSubstr("python_host"));
  EXPECT_THAT(slow.error().hang_report, testing::Not(HasSubstr("\n  1 ")));
}

TEST_F(PythonHostTest, WhatIsPrintedBelongsToTheCallThatPrintedIt) {
  write_script(R"(
    def clean(self, versions):
        print(versions)
)");
  PythonHost host(loop, options());
  ASSERT_TRUE(host.load("custom", {}, 0));
  for (int i = 0; i < 50; ++i) {
    const std::string version = std::to_string(i);
    ASSERT_TRUE(host.clean("custom", {version}));
    ASSERT_EQ(host.new_stdout() + host.new_stderr(), "['" + version + "']\n");
  }
  host.close();
}

TEST_F(PythonHostTest, AProjectThatHatchlingRefuses) {
  project.write("pyproject.toml", "[project]\nname = \"demo\"\nversion = \"1\"\n[tool]\nhatch = 3\n");
  PythonHost host(loop, options());
  for (int i = 0; i < 2; ++i) {
    const auto opened = host.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().outcome.row, 25);
    EXPECT_THAT(opened.error().outcome.reason, HasSubstr("tool.hatch"));
  }
  host.close();
}

TEST_F(PythonHostTest, InterpretersThatAreNone) {
  PythonHost::Options missing = options();
  missing.python = project.path() / "no/python";
  const auto not_started = PythonHost(loop, std::move(missing)).open();
  ASSERT_FALSE(not_started);
  EXPECT_EQ(not_started.error().exit_code, 2);
  EXPECT_THAT(not_started.error().outcome.reason, HasSubstr("no/python' does not start: "));
  PythonHost::Options nameless = options();
  nameless.python = "no-such-python";
  EXPECT_THAT(PythonHost(loop, std::move(nameless)).open().error().outcome.reason,
              HasSubstr("there is no 'no-such-python' on PATH"));
  PythonHost::Options no_python = options();
  no_python.python = "/bin/false";
  EXPECT_THAT(PythonHost(loop, std::move(no_python)).open().error().outcome.reason,
              HasSubstr("the Python interpreter '/bin/false' cannot run hooks: "));
}

TEST_F(PythonHostTest, WithoutHatchlingScriptsGetAStandIn) {
  write_script("    def initialize(self, version, build_data):\n        build_data['seen'] = self.target_name\n");
  // -S: no dist-packages.
  const auto python = project.write_executable("python", "#!/bin/sh\nexec /usr/bin/python3 -S \"$@\"\n");
  PythonHost::Options without = options();
  without.python = python;
  PythonHost host(loop, std::move(without));
  const auto opened = host.open();
  ASSERT_TRUE(opened) << opened.error().outcome.reason;
  EXPECT_EQ(opened->hatchling, "");
  EXPECT_THAT(opened->note, HasSubstr("hatchling cannot be imported by '" + python.string() + "' (No module named"));
  ASSERT_TRUE(host.load("custom", {}, 0));
  EXPECT_EQ(*host.initialize("custom", "standard", {})->build_data.find("seen"), Json("wheel"));
}

}  // namespace
}  // namespace grapnel::target
