// SPDX-License-Identifier: BSD-3-Clause
// A hook in this process: what it is given, and what becomes of what it does.
#include "hooks_api/build_target/run_stage.hpp"

#include "hooks_api/build_target/aborted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using hooks::BuildData;
using hooks::BuildHook;
using hooks::Json;
using hooks::build_target::EnvironmentPatch;
using hooks::build_target::Stage;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Runs a function in each of its stages.
class Hook : public BuildHook {
 public:
  std::function<void(Hook&, BuildData&)> act = [](Hook& /*hook*/, BuildData& /*build_data*/) {};
  std::vector<std::string> calls;

  std::vector<std::string> dependencies() override {
    called("dependencies");
    return {"cffi", "cmake>=3"};
  }
  void clean(const std::vector<std::string>& versions) override {
    called("clean");
    calls.insert(calls.end(), versions.begin(), versions.end());
  }
  void initialize(const std::string& version, BuildData& build_data) override {
    calls.push_back("initialize " + version);
    act(*this, build_data);
  }
  void finalize(const std::string& version, BuildData& build_data, const std::filesystem::path& artifact) override {
    calls.push_back("finalize " + version + " " + artifact.string());
    act(*this, build_data);
  }

 private:
  void called(const std::string& what) {
    calls.push_back(what);
    BuildData none;
    act(*this, none);
  }
};

StageInput input_of(Stage stage) {
  return {.stage = stage,
          .hook_name = "tables",
          .config = {{"path", "a.cpp"}},
          .options = {{"enable-by-default", true}},
          .project_name = "demo",
          .project_version = "1.0",
          .metadata = {{"description", "text"}},
          .root = "/project",
          .directory = "/project/dist",
          .target_name = "wheel",
          .version = "standard",
          .versions = {"standard", "editable"},
          .build_data = Json::Object{{"artifacts", Json::Array{"a"}}},
          .artifact_path = "/project/dist/demo.whl",
          .build_config = {{"versions", Json::Array{"standard"}}},
          .config_settings = Json::Object{{"key", "value"}},
          .shared_directory = "/project/shared",
          .work_directory = "/project/work"};
}

struct Ran {
  StageOutput output;
  std::string printed;
};

Ran run(Hook& hook, const StageInput& input) {
  Ran ran;
  ran.output = hooks::build_target::run_stage(hook, input, [&](std::string_view text) { ran.printed += text; });
  return ran;
}

Ran initialize(std::function<void(Hook&, BuildData&)> act) {
  Hook hook;
  hook.act = std::move(act);
  return run(hook, input_of(Stage::initialize));
}

TEST(RunStage, CallsTheStage) {
  Hook hook;
  EXPECT_THAT(run(hook, input_of(Stage::dependencies)).output.requirements, ElementsAre("cffi", "cmake>=3"));
  for (const Stage stage : {Stage::clean, Stage::initialize, Stage::finalize}) {
    const Ran ran = run(hook, input_of(stage));
    EXPECT_EQ(ran.output, StageOutput{}) << name_of(stage);
    EXPECT_EQ(ran.printed, "");
  }
  EXPECT_THAT(hook.calls, ElementsAre("dependencies", "clean", "standard", "editable", "initialize standard",
                                      "finalize standard /project/dist/demo.whl"));
}

TEST(RunStage, DoesNothingWhereNothingIsOverridden) {
  class Idle : public BuildHook {
  } hook;
  for (const Stage stage : {Stage::dependencies, Stage::clean, Stage::initialize, Stage::finalize}) {
    EXPECT_EQ(hooks::build_target::run_stage(hook, input_of(stage)), StageOutput{}) << name_of(stage);
  }
}

TEST(RunStage, GivesAHookWhatItIsAsked) {
  StageInput input = input_of(Stage::finalize);
  input.result = Json::Object{{"tag", "py3-none-any"}};
  Hook hook;
  hook.act = [](Hook& self, BuildData& build_data) {
    EXPECT_EQ(self.plugin_name(), "tables");
    EXPECT_EQ(self.root(), "/project");
    EXPECT_EQ(self.config(), (Json::Object{{"path", "a.cpp"}}));
    EXPECT_EQ(self.options(), (Json::Object{{"enable-by-default", true}}));
    EXPECT_EQ(self.build_config(), (Json::Object{{"versions", Json::Array{"standard"}}}));
    EXPECT_EQ(self.target_name(), "wheel");
    EXPECT_EQ(self.directory(), "/project/dist");
    EXPECT_EQ(self.metadata().name, "demo");
    EXPECT_EQ(self.metadata().version, "1.0");
    EXPECT_EQ(self.metadata().json, (Json::Object{{"description", "text"}}));
    EXPECT_EQ(self.work_directory(), "/project/work");
    EXPECT_EQ(self.shared_directory(), "/project/shared");
    EXPECT_EQ(self.config_settings(), Json(Json::Object{{"key", "value"}}));
    EXPECT_EQ(self.result(), Json(Json::Object{{"tag", "py3-none-any"}}));
    EXPECT_TRUE(self.state().is_null());
    EXPECT_THAT(build_data.artifacts(), ElementsAre("a"));
  };
  EXPECT_FALSE(run(hook, input).output.failure);
}

TEST(RunStage, HasNoDirectoryWhileDependenciesAreAsked) {
  StageInput input = input_of(Stage::dependencies);
  input.directory.clear();
  Hook hook;
  hook.act = [](Hook& self, BuildData& /*build_data*/) { EXPECT_EQ(self.directory(), std::nullopt); };
  EXPECT_FALSE(run(hook, input).output.failure);
}

TEST(RunStage, AHookKnowsNothingOutsideOfItsStages) {
  Hook hook;
  EXPECT_THROW((void)hook.root(), std::logic_error);
  (void)run(hook, input_of(Stage::clean));
  EXPECT_THROW((void)hook.root(), std::logic_error);
  EXPECT_THROW((void)hook.state(), std::logic_error);
  EXPECT_THROW(hook.add_output("a"), std::logic_error);
}

TEST(RunStage, AnswersTheChanges) {
  const Ran ran = initialize([](Hook& hook, BuildData& build_data) {
    build_data.add_artifact("b");
    build_data.replace_artifacts({"c"});
    build_data.set_tag("py3-none-any");
    build_data.exclude("*.c");
    hook.add_output("/project/made");
    hook.add_output("made too");
    hook.add_dependency_file("src/a.c");
    hook.add_dependency_file("src/");
    hook.add_dependency_file("/etc/config");
  });
  EXPECT_EQ(Json(ran.output.patch.build_data), Json::parse(R"({"artifacts": ["c"], "tag": "py3-none-any"})"));
  EXPECT_THAT(ran.output.patch.replace, ElementsAre("artifacts"));
  EXPECT_THAT(ran.output.patch.exclude, ElementsAre("*.c"));
  EXPECT_THAT(ran.output.outputs, ElementsAre("/project/made", "made too"));
  EXPECT_THAT(ran.output.dependencies, ElementsAre("/project/src/a.c", "/project/src/", "/etc/config"));
}

TEST(RunStage, AnswersTheEnvironment) {
  const Ran ran = initialize([](Hook& hook, BuildData& /*build_data*/) {
    hook.set_environment("TWICE", "1");
    hook.set_environment("TWICE", "2");
    hook.prepend_environment("PATH", "/b");
    hook.prepend_environment("PATH", "/a");
    hook.set_environment("BOTH", "1");
    hook.prepend_environment("BOTH", "0");
    hook.prepend_environment("LAST", "lost");
    hook.set_environment("LAST", "");
  });
  using Variable = EnvironmentPatch::Variable;
  EXPECT_THAT(ran.output.environment.set,
              ElementsAre(Variable{"TWICE", "2"}, Variable{"BOTH", "0:1"}, Variable{"LAST", ""}));
  EXPECT_THAT(ran.output.environment.prepend, ElementsAre(Variable{"PATH", "/a:/b"}));
}

TEST(RunStage, RefusesWhatCannotBe) {
  (void)initialize([](Hook& hook, BuildData& /*build_data*/) {
    EXPECT_THROW(hook.set_environment("", "a"), std::invalid_argument);
    EXPECT_THROW(hook.set_environment("A=B", "a"), std::invalid_argument);
    EXPECT_THROW(hook.set_environment(std::string("A\0", 2), "a"), std::invalid_argument);
    EXPECT_THROW(hook.prepend_environment("A", std::string("a\0", 2)), std::invalid_argument);
    EXPECT_THROW(hook.add_output(""), std::invalid_argument);
    EXPECT_THROW(hook.add_dependency_file(std::string("a\0b", 3)), std::invalid_argument);
  });
}

TEST(RunStage, KeepsTheState) {
  Hook hook;
  hook.act = [](Hook& self, BuildData& /*build_data*/) {
    const std::int64_t* count = self.state().as_integer();
    self.state() = count != nullptr ? *count + 1 : 1;
  };
  StageInput input = input_of(Stage::initialize);
  input.state = run(hook, input).output.state;
  EXPECT_EQ(input.state, Json(1));
  EXPECT_EQ(run(hook, input).output.state, Json(2));
}

TEST(RunStage, AFailureTellsWhatWasDoneBefore) {
  const Ran ran = initialize([](Hook& hook, BuildData& build_data) {
    hook.state() = "kept";
    build_data.add_artifact("b");
    hook.add_output("made");
    throw hooks::BuildException("no");
  });
  ASSERT_TRUE(ran.output.failure);
  EXPECT_EQ(ran.output.state, Json("kept"));
  EXPECT_THAT(ran.output.outputs, ElementsAre("made"));
  EXPECT_TRUE(ran.output.patch.build_data.contains("artifacts"));
}

// Not inlined: tests look for its name in stack traces.
[[gnu::noinline]] void throw_from_here() { throw hooks::InfraException("the disk is full"); }

TEST(RunStage, TellsExceptionsApart) {
  using Failure = StageOutput::Failure;
  Ran ran = initialize([](auto& /*hook*/, auto& /*data*/) { throw hooks::BuildException("a.c: syntax error"); });
  EXPECT_EQ(ran.output.failure, (Failure{.type = "build", .message = "a.c: syntax error"}));
  EXPECT_THAT(ran.printed, StartsWith("hooks::BuildException: a.c: syntax error\n"));

  ran = initialize([](auto& /*hook*/, auto& /*data*/) { throw_from_here(); });
  EXPECT_EQ(ran.output.failure, (Failure{.type = "infra", .message = "the disk is full"}));
  EXPECT_THAT(ran.printed,
              AllOf(HasSubstr("stack trace:\n"), HasSubstr("throw_from_here"), Not(HasSubstr("call_hook"))));

  ran = initialize([](auto& /*hook*/, auto& /*data*/) { throw std::out_of_range("index"); });
  EXPECT_EQ(ran.output.failure, (Failure{.type = "uncategorized", .message = "index"}));
  EXPECT_THAT(ran.printed, HasSubstr("hint: throw hooks::BuildException"));

  ran = initialize([](auto& /*hook*/, auto& /*data*/) { throw 42; });  // NOLINT(hicpp-exception-baseclass)
  EXPECT_EQ(ran.output.failure, (Failure{.type = "uncategorized", .message = "42"}));

  ran = initialize([](auto& /*hook*/, auto& /*data*/) {
    try {
      throw std::runtime_error("Connection refused");
    } catch (const std::exception&) {
      throw hooks::InfraException("cannot download");
    }
  });
  EXPECT_EQ(ran.output.failure,
            (Failure{.type = "infra", .message = "cannot download\ncaused by: Connection refused"}));
}

struct AbortCase {
  int code;
  const char* type;
};

class AbortCodes : public testing::TestWithParam<AbortCase> {};

INSTANTIATE_TEST_SUITE_P(RunStage, AbortCodes,
                         testing::Values(AbortCase{0, "build"}, AbortCase{1, "build"}, AbortCase{2, "infra"},
                                         AbortCase{7, "build"}, AbortCase{255, "build"}, AbortCase{-1, "build"}));

TEST_P(AbortCodes, DecideTheType) {
  const Ran ran =
      initialize([](Hook& hook, BuildData& /*build_data*/) { hook.app().abort("no luck", GetParam().code); });
  EXPECT_EQ(ran.output.failure,
            (StageOutput::Failure{.type = GetParam().type, .message = "no luck", .code = GetParam().code}));
  EXPECT_EQ(ran.printed, "no luck\n");
}

TEST(RunStage, DisplaysAtItsVerbosity) {
  StageInput input = input_of(Stage::initialize);
  Hook hook;
  hook.act = [](Hook& self, BuildData& /*build_data*/) {
    self.app().display_info("info");
    self.app().display_warning("warning");
  };
  EXPECT_EQ(run(hook, input).printed, "info\nwarning\n");
  input.verbosity = -1;
  EXPECT_EQ(run(hook, input).printed, "warning\n");
}

TEST(RunStage, CutsALongMessageAtACharacter) {
  std::string letters;
  while (letters.size() < (std::size_t{1} << 20U)) letters += "ü";
  for (const char* begin : {"", "x"}) {
    const Ran ran = initialize([&](auto& /*hook*/, auto& /*data*/) { throw hooks::BuildException(begin + letters); });
    const std::string& message = ran.output.failure->message;
    EXPECT_LT(message.size(), (std::size_t{64} << 10U) + 100);
    EXPECT_THAT(message, testing::EndsWith("ü\n… (cut; all of it stands in standard error)"));
    EXPECT_GT(ran.printed.size(), letters.size());
  }
}

std::string fault_of(std::function<void(Hook&, BuildData&)> act) {
  const Ran ran = initialize(std::move(act));
  EXPECT_EQ(ran.output.patch, hooks::build_target::BuildDataPatch{});
  EXPECT_TRUE(ran.output.state.is_null());
  if (!ran.output.failure) return "";
  EXPECT_EQ(ran.output.failure->type, "build");
  EXPECT_EQ(ran.printed, ran.output.failure->message + "\n");
  return ran.output.failure->message;
}

TEST(RunStage, RefusesAnAnswerThatCannotBeWritten) {
  EXPECT_THAT(fault_of([](Hook& hook, BuildData& /*build_data*/) { hook.state() = std::nan(""); }),
              StartsWith("the answer of this hook cannot be written as output.json: "));
  EXPECT_THAT(fault_of([](Hook& /*hook*/, BuildData& build_data) {
                Json deep = 1;
                for (int i = 0; i < 70; ++i) deep = Json::Array{std::move(deep)};
                build_data.set("deep", std::move(deep));
              }),
              HasSubstr("more than 63 nested"));
  EXPECT_THAT(fault_of([](Hook& /*hook*/, BuildData& build_data) {
                const std::string part(std::size_t{7} << 20U, 'x');
                build_data.set("large", Json::Array{part + "1", part + "2", part + "3", part + "4", part + "5"});
              }),
              HasSubstr("line 1"));
  EXPECT_THAT(fault_of([](Hook& hook, BuildData& /*build_data*/) {
                for (int i = 0; i < 100'001; ++i) hook.add_output(std::to_string(i));
              }),
              HasSubstr("build_target.outputs: found 100001 entries; expected at most 100000"));
}

TEST(RunStage, AFailureIsToldEvenIfTheRestCannotBeWritten) {
  const Ran ran = initialize([](Hook& hook, BuildData& /*build_data*/) {
    hook.state() = std::numeric_limits<double>::infinity();
    hook.app().abort("the reason", 9);
  });
  EXPECT_EQ(ran.output, (StageOutput{.failure = StageOutput::Failure{"build", "the reason", 9}}));
}

TEST(RunStage, AnAbortPassesThroughHandlersOfExceptions) {
  const Ran ran = initialize([](Hook& hook, BuildData& /*build_data*/) {
    try {
      hook.app().abort("enough", 3);
    } catch (const std::exception&) {
      return;
    }
  });
  ASSERT_TRUE(ran.output.failure);
  EXPECT_EQ(ran.output.failure->code, 3);
}

}  // namespace
