// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/build_target/stage_document.hpp"

#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/validate_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using hooks::Json;
using hooks::build_target::read_stage_input;
using hooks::build_target::read_stage_output;
using hooks::build_target::Stage;
using hooks::build_target::StageInput;
using hooks::build_target::StageOutput;
using hooks::protocol::Faults;
using hooks::protocol::HookKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

StageInput input_of(Stage stage) {
  StageInput input{.stage = stage,
                   .hook_name = "tables",
                   .hook_index = 2,
                   .config = {{"path", "x"}},
                   .options = {{"enable-by-default", false}},
                   .project_name = "demo",
                   .project_version = "1.2.3",
                   .metadata = {{"name", "demo"}, {"version", "1.2.3"}},
                   .root = "/p/demo",
                   .target_name = "wheel",
                   .build_config = {{"versions", Json::Array{"standard"}}},
                   .verbosity = -1,
                   .config_settings = Json::Object{{"a", Json::Array{"b"}}},
                   .shared_directory = "/p/shared",
                   .work_directory = "/p/work",
                   .state = Json::Object{{"n", 1}},
                   .out_file = "/p/output.json"};
  if (stage != Stage::dependencies) input.directory = "/p/demo/dist";
  if (stage == Stage::clean) input.versions = {"standard", "editable"};
  if (stage == Stage::initialize || stage == Stage::finalize) {
    input.version = "standard";
    input.build_data = Json::Object{{"artifacts", Json::Array{}}, {"build_hooks", Json::Array{"tables"}}};
  }
  if (stage == Stage::finalize) {
    input.artifact_path = "/p/demo/dist/a.whl";
    input.result = Json::Object{{"tag", "py3-none-any"}};
  }
  return input;
}

// The members of `config.extensions.build_target`.
Json::Object& stage_members(Json& document) {
  Json* value = &document;
  for (const char* key : {"config", "extensions", "build_target"}) value = value->as_object()->find(key);
  return *value->as_object();
}

std::vector<std::string> faults_of_input(const Json& document) {
  Faults faults;
  (void)read_stage_input(document, faults);
  std::vector<std::string> lines;
  for (const auto& fault : faults) lines.push_back(describe(fault));
  return lines;
}

std::vector<std::string> faults_of_output(const std::string& text) {
  Faults faults;
  (void)read_stage_output(Json::parse(text), faults);
  std::vector<std::string> lines;
  for (const auto& fault : faults) lines.push_back(describe(fault));
  return lines;
}

StageOutput read_output(const std::string& text) {
  Faults faults;
  StageOutput output = read_stage_output(Json::parse(text), faults);
  EXPECT_THAT(faults, IsEmpty()) << hooks::protocol::describe(faults);
  return output;
}

class EachStage : public testing::TestWithParam<Stage> {};

TEST_P(EachStage, IsAnInputOfDartsProtocol) {
  const Json document = to_json(input_of(GetParam()));
  const auto found = validate_input_document(document, HookKind::build);
  EXPECT_THAT(found.errors, IsEmpty()) << describe(found.errors);
  EXPECT_THAT(found.warnings, IsEmpty()) << describe(found.warnings);
}

TEST_P(EachStage, ComesBackAsItWasWritten) {
  const Json document = to_json(input_of(GetParam()));
  Faults faults;
  const StageInput read = read_stage_input(document, faults);
  EXPECT_THAT(faults, IsEmpty()) << describe(faults);
  EXPECT_EQ(read.stage, GetParam());
  EXPECT_EQ(to_json(read), document);
}

INSTANTIATE_TEST_SUITE_P(StageDocument, EachStage,
                         testing::Values(Stage::dependencies, Stage::clean, Stage::initialize, Stage::finalize),
                         [](const auto& parameter) { return std::string(name_of(parameter.param)); });

TEST(StageInputDocument, HasItsMembersWhereTheReferenceSays) {
  Json document = to_json(input_of(Stage::finalize));
  EXPECT_EQ(document.find("package_name")->to_string(), R"("demo")");
  EXPECT_EQ(document.find("package_root")->to_string(), R"("/p/demo/")");
  EXPECT_EQ(document.find("out_dir_shared")->to_string(), R"("/p/shared/")");
  EXPECT_EQ(document.find("out_file")->to_string(), R"("/p/output.json")");
  EXPECT_EQ(document.find("config")->find("build_asset_types")->to_string(), "[]");
  EXPECT_EQ(document.find("config")->find("linking_enabled")->to_string(), "false");
  EXPECT_EQ(Json(stage_members(document)), Json::parse(R"({
              "app": {"verbosity": -1}, "artifact_path": "/p/demo/dist/a.whl", "build_config": {"versions": ["standard"]},
              "build_data": {"artifacts": [], "build_hooks": ["tables"]}, "config_settings": {"a": ["b"]},
              "directory": "/p/demo/dist",
              "hook": {"config": {"path": "x"}, "index": 2, "name": "tables", "options": {"enable-by-default": false}},
              "project": {"metadata": {"name": "demo", "version": "1.2.3"}, "version": "1.2.3"},
              "result": {"tag": "py3-none-any"}, "stage": "finalize", "state": {"n": 1}, "target_name": "wheel",
              "version": "standard", "work_dir": "/p/work"})"));
}

TEST(StageInputDocument, LeavesOutWhatTheStageDoesNotHave) {
  StageInput input = input_of(Stage::dependencies);
  input.out_file.clear();
  input.work_directory.clear();
  input.state = nullptr;
  input.config_settings = nullptr;
  input.version = "ignored";
  Json document = to_json(input);
  EXPECT_FALSE(document.as_object()->contains("out_file"));
  const Json::Object& members = stage_members(document);
  for (const char* key :
       {"version", "versions", "build_data", "artifact_path", "result", "config_settings", "state", "work_dir"}) {
    EXPECT_FALSE(members.contains(key)) << key;
  }
  EXPECT_TRUE(members.find("directory")->is_null());
  EXPECT_FALSE(stage_members(*std::make_unique<Json>(to_json(input_of(Stage::clean)))).contains("version"));
}

TEST(StageInputDocument, IsReadTolerantly) {
  Json document = to_json(input_of(Stage::initialize));
  Json::Object& members = stage_members(document);
  for (const char* key : {"app", "project", "build_config", "config_settings", "state", "work_dir"}) members.erase(key);
  members["result"] = 1;  // another stage's
  members["from_the_future"] = true;
  Faults faults;
  const StageInput input = read_stage_input(document, faults);
  EXPECT_THAT(faults, IsEmpty()) << describe(faults);
  EXPECT_EQ(input.verbosity, 0);
  EXPECT_EQ(input.project_version, "");
  EXPECT_TRUE(input.result.is_null());
  EXPECT_EQ(input.directory, "/p/demo/dist");
}

TEST(StageInputDocument, AllItsFaultsAreFound) {
  EXPECT_THAT(faults_of_input(Json::Array()), ElementsAre("found a list; expected an object"));
  EXPECT_THAT(faults_of_input(Json::Object()),
              ElementsAre("package_name: missing; expected a string", "package_root: missing; expected a string",
                          "out_dir_shared: missing; expected a string", "config: missing; expected an object"));

  Json document = to_json(input_of(Stage::finalize));
  Json::Object& members = stage_members(document);
  members["app"] = Json::Object{{"verbosity", "loud"}};
  members["artifact_path"] = "a.whl";
  members["build_config"] = 1;
  members["build_data"] = Json::Array();
  members["directory"] = nullptr;
  members["hook"] = Json::Object{{"config", 1}, {"index", 1.5}, {"name", ""}, {"options", "x"}};
  members["project"] = Json::Object{{"metadata", true}, {"version", 1}};
  members["target_name"] = 7;
  members["version"] = "";
  members["work_dir"] = "work";
  const std::string place = "config.extensions.build_target.";
  EXPECT_THAT(
      faults_of_input(document),
      UnorderedElementsAre(
          place + "app.verbosity: found a string; expected an integer",
          place + "artifact_path: found 'a.whl'; expected an absolute path",
          place + "build_config: found an integer; expected an object",
          place + "build_data: found a list; expected an object", place + "directory: found null; expected a string",
          place + "hook.config: found an integer; expected an object",
          place + "hook.index: found a number; expected an integer", place + "hook.name: is empty; expected a name",
          place + "hook.options: found a string; expected an object",
          place + "project.metadata: found a boolean; expected an object",
          place + "project.version: found an integer; expected a string",
          place + "target_name: found an integer; expected a string", place + "version: is empty; expected a name",
          place + "work_dir: found 'work'; expected an absolute path"));
}

TEST(StageInputDocument, AnUnknownStageIsOneFault) {
  Json document = to_json(input_of(Stage::initialize));
  stage_members(document)["stage"] = "finalise";
  EXPECT_THAT(faults_of_input(document),
              ElementsAre("config.extensions.build_target.stage: found 'finalise'; expected 'dependencies', 'clean', "
                          "'initialize' or 'finalize'"));
}

TEST(StageInputDocument, VersionsOfCleanAreStrings) {
  Json document = to_json(input_of(Stage::clean));
  stage_members(document)["versions"] = Json::Array{"a", 1};
  EXPECT_THAT(faults_of_input(document),
              ElementsAre("config.extensions.build_target.versions.1: found an integer; expected a string"));
  stage_members(document).erase("versions");
  EXPECT_THAT(faults_of_input(document),
              ElementsAre("config.extensions.build_target.versions: missing; expected a list"));
}

StageOutput full_output() {
  return {.dependencies = {"/p/a.c", "/p/src/"},
          .requirements = {"cmake>=3", "ninja"},
          .patch = {.build_data = {{"artifacts", Json::Array{"*.so"}}, {"old", nullptr}, {"tag", "py3-none-any"}},
                    .replace = {"artifacts"},
                    .exclude = {"*.c"}},
          .environment = {.set = {{"A", "1"}, {"B", ""}}, .prepend = {{"PATH", "/p/bin"}}},
          .state = Json::Object{{"n", 2}},
          .outputs = {"a.so", "/p/b.so"}};
}

TEST(StageOutputDocument, ComesBackAsItWasWritten) {
  StageOutput output = full_output();
  const auto written_and_read = [](const StageOutput& one) { return read_output(to_json(one).to_string()); };
  EXPECT_EQ(written_and_read(output), output);
  EXPECT_EQ(written_and_read({}), StageOutput());
  for (const char* type : {"build", "infra", "uncategorized"}) {
    output.failure = StageOutput::Failure{.type = type, .message = "why", .code = std::nullopt};
    EXPECT_EQ(written_and_read(output), output);
  }
  output.failure = StageOutput::Failure{.type = "build", .message = "why", .code = 7};
  EXPECT_EQ(written_and_read(output), output);
}

TEST(StageOutputDocument, IsAnOutputOfDartsProtocol) {
  StageOutput output = full_output();
  for (const auto& failure : {std::optional<StageOutput::Failure>(),
                              std::optional(StageOutput::Failure{.type = "infra", .message = "why", .code = 2})}) {
    output.failure = failure;
    const auto found = validate_output_document(to_json(output), HookKind::build);
    EXPECT_THAT(found.errors, IsEmpty()) << describe(found.errors);
    EXPECT_THAT(found.warnings, IsEmpty()) << describe(found.warnings);
  }
}

TEST(StageOutputDocument, HasItsMembersWhereTheReferenceSays) {
  StageOutput output = full_output();
  output.failure = StageOutput::Failure{.type = "build", .message = "why", .code = 7};
  const Json document = to_json(output);
  EXPECT_EQ(document.find("status")->to_string(), R"("failure")");
  EXPECT_EQ(document.find("type")->to_string(), R"("build")");
  EXPECT_EQ(document.find("failure_details")->to_string(), R"({"code":7,"message":"why","type":"build"})");
  EXPECT_EQ(document.find("dependencies")->to_string(), R"(["/p/a.c","/p/src/"])");
  EXPECT_EQ(*document.find("build_target"), Json::parse(R"({
              "build_data": {"artifacts": ["*.so"], "old": null, "tag": "py3-none-any"}, "replace": ["artifacts"],
              "exclude": ["*.c"], "requirements": ["cmake>=3", "ninja"], "state": {"n": 2},
              "env": {"set": {"A": "1", "B": ""}, "prepend": {"PATH": "/p/bin"}}, "outputs": ["a.so", "/p/b.so"]})"));
  EXPECT_EQ(to_json(StageOutput()).find("build_target")->to_string(), "{}");
}

TEST(StageOutputDocument, OneNameHasOneValue) {
  const StageOutput output{
      .environment = {.set = {{"A", "1"}, {"A", "2"}}, .prepend = {{"P", "/first"}, {"P", "/second"}}}};
  EXPECT_EQ(to_json(output).find("build_target")->find("env")->to_string(),
            R"({"prepend":{"P":"/second:/first"},"set":{"A":"2"}})");
}

TEST(StageOutputDocument, IsReadTolerantly) {
  EXPECT_EQ(read_output(R"({"timestamp": "t"})"), StageOutput());
  EXPECT_EQ(read_output(R"({"timestamp": "t", "build_target": null})"), StageOutput());
  EXPECT_EQ(read_output(R"({"timestamp": "t", "build_target": {"env": null, "outputs": null, "new": 1}})"),
            StageOutput());
  // Only the seed's shape, no shape at all, and a type that is of a later protocol.
  const StageOutput build = read_output(R"({"timestamp": "t", "status": "failure", "type": "build"})");
  EXPECT_EQ(build.failure, (StageOutput::Failure{.type = "build", .message = "", .code = std::nullopt}));
  EXPECT_EQ(read_output(R"({"timestamp": "t", "status": "failure"})").failure->type, "uncategorized");
  EXPECT_EQ(
      read_output(R"({"timestamp": "t", "status": "failure", "failure_details": {"type": "weather"}})").failure->type,
      "uncategorized");
}

TEST(StageOutputDocument, AllItsFaultsAreFound) {
  EXPECT_THAT(faults_of_output("[]"), ElementsAre("found a list; expected an object"));
  EXPECT_THAT(faults_of_output("{}"), ElementsAre("timestamp: missing; expected a string"));
  EXPECT_THAT(faults_of_output(R"({"timestamp": "t", "status": "done"})"),
              ElementsAre("status: found 'done'; expected 'success' or 'failure'"));
  EXPECT_THAT(faults_of_output(R"({"timestamp": "t", "status": "failure", "failure_details": {"code": "7"}})"),
              ElementsAre("failure_details.code: found a string; expected an integer"));
  EXPECT_THAT(faults_of_output(R"({"timestamp": "t", "dependencies": ["a"], "build_target": []})"),
              UnorderedElementsAre("dependencies.0: found 'a'; expected an absolute path",
                                   "build_target: found a list; expected an object"));
  EXPECT_THAT(
      faults_of_output(R"({"timestamp": "t", "build_target": {
        "requirements": "cmake", "build_data": [], "replace": ["x", 1], "exclude": [""],
        "env": {"set": {"": "1", "A=B": "1", "C": 1, "D": "\u0000"}, "prepend": []},
        "outputs": [7, "a\u0000b", "fine"]}})"),
      UnorderedElementsAre("build_target.requirements: found a string; expected a list",
                           "build_target.build_data: found a list; expected an object",
                           "build_target.replace.1: found an integer; expected a string",
                           "build_target.replace: found 'x'; expected keys that build_data of this answer has",
                           "build_target.exclude.0: found ''; expected a pattern",
                           "build_target.env.set: found ''; expected the name of a variable",
                           "build_target.env.set.A=B: found 'A=B'; expected the name of a variable",
                           "build_target.env.set.C: found an integer; expected a string",
                           "build_target.env.set.D: found a text with a NUL; expected one that a variable can hold",
                           "build_target.env.prepend: found a list; expected an object",
                           "build_target.outputs.0: found an integer; expected a string",
                           HasSubstr("build_target.outputs.1: found 'a")));
}

TEST(StageOutputDocument, FaultsAreBounded) {
  const Json::Array many(100'000, Json(1));
  Faults faults;
  const StageOutput output = read_stage_output(
      Json::Object{{"timestamp", "t"}, {"build_target", Json::Object{{"outputs", many}, {"exclude", many}}}}, faults);
  EXPECT_THAT(faults, SizeIs(hooks::protocol::kMaxFaults + 1));
  EXPECT_THAT(output.outputs, IsEmpty());
}

}  // namespace
