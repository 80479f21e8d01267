// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "hooks_api/protocol/input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::HookKind;
using hooks::protocol::InputFields;
using hooks::protocol::read_build_input;
using hooks::protocol::read_link_input;
using testing::ElementsAre;
using testing::IsEmpty;

InputFields build_fields() {
  InputFields fields;
  fields.config = hooks::protocol::config_to_json(
      {.build_asset_types = {"code_assets/code"},
       .linking_enabled = true,
       .extensions = {
           {"code_assets", hooks::protocol::code_config_to_json(
                               {.target_os = hooks::os::kLinux, .target_architecture = hooks::architecture::kX64})}}});
  fields.out_dir_shared = "/ws/.dart_tool/hooks_runner/shared/p/build";
  fields.out_file = "/ws/.dart_tool/hooks_runner/p/abc/output.json";
  fields.package_name = "p";
  fields.package_root = "/ws/packages/p";
  return fields;
}

// The example of the specification, section 2.9, with linking enabled.
constexpr std::string_view kExample = R"({
  "assets": {},
  "config": {
    "build_asset_types": [
      "code_assets/code"
    ],
    "extensions": {
      "code_assets": {
        "link_mode_preference": "dynamic",
        "target_architecture": "x64",
        "target_os": "linux"
      }
    },
    "linking_enabled": true
  },
  "out_dir_shared": "/ws/.dart_tool/hooks_runner/shared/p/build/",
  "out_file": "/ws/.dart_tool/hooks_runner/p/abc/output.json",
  "package_name": "p",
  "package_root": "/ws/packages/p/"
})";

TEST(InputToJson, WritesTheSpecsExample) {
  EXPECT_EQ(hooks::base::to_pretty_json(hooks::protocol::input_to_json(build_fields())), kExample);
}

TEST(InputToJson, UserDefinesAreEmptyOrAbsentOrThere) {
  InputFields fields = build_fields();
  fields.has_user_defines = true;
  EXPECT_EQ(hooks::protocol::input_to_json(fields).find("user_defines")->to_string(), "{}");
  fields.user_defines = {"/ws/pubspec.yaml", {{"k", 1}}};
  EXPECT_EQ(hooks::protocol::input_to_json(fields).find("user_defines")->to_string(),
            R"({"workspace_pubspec":{"base_path":"/ws/pubspec.yaml","defines":{"k":1}}})");
}

TEST(InputToJson, ALinkInputHasBothLists) {
  InputFields fields = build_fields();
  fields.kind = HookKind::link;
  fields.assets_from_linking = {{"hooks/metadata", Json::Object{{"key", "k"}}}};
  fields.resource_identifiers = "/r.json";
  const Json document = hooks::protocol::input_to_json(fields);
  EXPECT_EQ(document.find("assets")->to_string(), "[]");
  EXPECT_EQ(document.find("assets_from_linking")->to_string(), R"([{"encoding":{"key":"k"},"type":"hooks/metadata"}])");
  EXPECT_EQ(*document.find("resource_identifiers"), Json("/r.json"));
}

TEST(ReadInput, ReadsWhatWasWritten) {
  InputFields fields = build_fields();
  fields.assets_by_package = {{"q", {{"hooks/metadata", Json::Object{{"key", "k"}, {"value", 7}}}}}, {"r", {}}};
  fields.user_defines = {"/ws/pubspec.yaml", {{"file", "data/x.txt"}}};
  const auto input = read_build_input(hooks::protocol::input_to_json(fields));
  ASSERT_TRUE(input.has_value()) << describe(input.error());
  EXPECT_EQ((*input)->package_name(), "p");
  EXPECT_EQ((*input)->package_root(), "/ws/packages/p");
  EXPECT_EQ((*input)->output_file(), fields.out_file);
  EXPECT_EQ((*input)->output_directory(), fields.out_dir_shared / (*input)->config().checksum());
  EXPECT_TRUE((*input)->config().linking_enabled());
  EXPECT_EQ((*input)->config().code().target_os, hooks::os::kLinux);
  EXPECT_EQ(*(*input)->metadata("q", "k"), Json(7));
  EXPECT_EQ((*input)->metadata("r", "k"), nullptr);
  EXPECT_EQ((*input)->user_defines().path("file"), "/ws/data/x.txt");
}

TEST(ReadInput, FindsAllFaults) {
  const auto input = read_build_input(Json::parse(R"({
    "config": {"build_asset_types": ["code_assets/code", 3], "linking_enabled": "yes",
               "extensions": {"code_assets": {"target_os": "android", "target_architecture": "arm64",
                                              "link_mode_preference": "both", "c_compiler": {"cc": "gcc", "ar": "/ar"}}}},
    "out_dir_shared": "relative/",
    "out_file": "/o.json",
    "package_root": 4,
    "assets": {"q": [{"type": 1}]}
  })"));
  ASSERT_FALSE(input.has_value());
  const std::string code = "config.extensions.code_assets.";
  EXPECT_THAT(input.error(),
              testing::UnorderedElementsAre(
                  Fault{"config.build_asset_types.1", "found an integer; expected a string"},
                  Fault{"config.linking_enabled", "found a string; expected a boolean"},
                  Fault{code + "link_mode_preference",
                        "found 'both'; expected 'dynamic', 'static', 'prefer_dynamic' or 'prefer_static'"},
                  Fault{code + "android", "missing; expected an object"},
                  Fault{code + "c_compiler.cc", "found 'gcc'; expected an absolute path"},
                  Fault{code + "c_compiler.ld", "missing; expected a string"},
                  Fault{"out_dir_shared", "found 'relative/'; expected an absolute path"},
                  Fault{"package_name", "missing; expected a string"},
                  Fault{"package_root", "found an integer; expected a string"},
                  Fault{"assets.q.0.type", "found an integer; expected a string"}));
}

TEST(ReadInput, CodeConfigIsNeededForCodeAssetsAlone) {
  Json document = hooks::protocol::input_to_json(build_fields());
  document.as_object()->find("config")->as_object()->erase("extensions");
  const auto input = read_build_input(document);
  ASSERT_FALSE(input.has_value());
  EXPECT_EQ(input.error().front().path, "config.extensions.code_assets");

  (*document.as_object()->find("config")->as_object())["build_asset_types"] = Json::Array{"data_assets/data"};
  const auto data_only = read_build_input(document);
  ASSERT_TRUE(data_only.has_value());
  EXPECT_THROW((void)(*data_only)->config().code(), std::logic_error);
}

TEST(ReadInput, ALinkInputNeedsNoLinkingEnabled) {
  InputFields fields = build_fields();
  fields.kind = HookKind::link;
  fields.config.erase("linking_enabled");
  fields.assets_from_linking = {{"hooks/metadata", Json::Object{{"key", "k"}, {"value", 1}}},
                                {"hooks/metadata", Json::Object{{"key", "k"}, {"value", 2}}}};
  const auto input = read_link_input(hooks::protocol::input_to_json(fields));
  ASSERT_TRUE(input.has_value()) << describe(input.error());
  EXPECT_EQ(*(*input)->metadata("k"), Json(2));  // the last one counts
  EXPECT_FALSE((*input)->config().linking_enabled());
}

TEST(OutFileOf, IsKnownForFaultyDocumentsToo) {
  EXPECT_EQ(hooks::protocol::out_file_of(Json::parse(R"({"out_file":"/o.json"})")), "/o.json");
  EXPECT_EQ(hooks::protocol::out_file_of(Json::parse(R"({"out_file":"o.json"})")), "");
  EXPECT_EQ(hooks::protocol::out_file_of(Json::parse(R"([1])")), "");
}

}  // namespace
