// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/output.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace hooks;
using testing::ElementsAre;

TEST(HookOutputBuilder, DependenciesBecomeAbsoluteAndKeepTheirSeparator) {
  BuildOutputBuilder output;
  output.add_dependency("src/add.c");
  output.add_dependency("include/");
  output.add_dependency("/etc/hosts");
  output.add_dependencies(std::vector<std::string>{"a", "b"});
  const auto here = std::filesystem::current_path().native();
  std::vector<std::string> texts;
  for (const auto& path : output.output().dependencies) texts.push_back(path.native());
  EXPECT_THAT(texts, ElementsAre(here + "/src/add.c", here + "/include/", "/etc/hosts", here + "/a", here + "/b"));
}

TEST(HookOutputBuilder, AnEmptyDependencyIsAMistake) {
  BuildOutputBuilder output;
  EXPECT_THROW(output.add_dependency(""), std::invalid_argument);
}

TEST(HookOutputBuilder, DeclaresWhatElseMakesTheHookRunAgain) {
  LinkOutputBuilder output;
  output.add_directory_tree("data");
  output.add_absent("local.toml");
  output.add_tool("/usr/bin/cc", "12.2.0");
  output.add_tool("/usr/bin/ld");
  EXPECT_FALSE(output.output().declarations.environment);
  output.add_environment("LANG");
  output.add_environment("SOURCE_DATE_EPOCH");
  const auto here = std::filesystem::current_path();
  HookOutput::Declarations expected;
  expected.recursive = {here / "data"};
  expected.absent = {here / "local.toml"};
  expected.tools = {{"/usr/bin/cc", "12.2.0"}, {"/usr/bin/ld", ""}};
  expected.environment = {{"LANG", "SOURCE_DATE_EPOCH"}};
  EXPECT_EQ(output.output().declarations, expected);
}

TEST(HookOutputBuilder, MistakesInDeclarationsSayWhatToDo) {
  BuildOutputBuilder output;
  const auto refusal = [](auto declare) -> std::string {
    try {
      declare();
      return "accepted";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  };
  EXPECT_EQ(refusal([&] { output.add_directory_tree(""); }), "add_directory_tree: the path is empty");
  EXPECT_EQ(refusal([&] { output.add_absent(""); }), "add_absent: the path is empty");
  EXPECT_EQ(refusal([&] { output.add_tool("cc"); }),
            "add_tool: 'cc' is not an absolute path; give that of the file that was called");
  EXPECT_EQ(refusal([&] { output.add_environment("A=1"); }),
            "add_environment: 'A=1' cannot be the name of an environment variable; give it without '=' and a value");
  EXPECT_NE(refusal([&] { output.add_environment(""); }), "accepted");
  EXPECT_NE(refusal([&] { output.add_environment(std::string("A\0B", 3)); }), "accepted");
  EXPECT_EQ(output.output().declarations, HookOutput::Declarations());
}

TEST(BuildOutputBuilder, RoutesAssets) {
  BuildOutputBuilder output;
  const CodeAsset code{"p", "code", StaticLinking{}, "/o/libcode.a"};
  const DataAsset data{"p", "data", "/p/data"};
  const EncodedAsset other{"other/type", Json::Object{{"x", 1}}};
  output.assets().add(code);
  output.assets().add(data, ToBuildHooks{});
  output.assets().add(other, ToLinkHook{"app"});
  output.assets().add(data, ToLinkHook{"app"});
  output.assets().add_all(std::vector<DataAsset>{data, data}, ToLinkHook{"other"});

  EXPECT_THAT(output.output().assets, ElementsAre(code.encode()));
  EXPECT_THAT(output.output().assets_for_build, ElementsAre(data.encode()));
  ASSERT_EQ(output.output().assets_for_linking.size(), 2U);
  EXPECT_THAT(output.output().assets_for_linking.at("app"), ElementsAre(other, data.encode()));
  EXPECT_THAT(output.output().assets_for_linking.at("other"), ElementsAre(data.encode(), data.encode()));
}

TEST(BuildOutputBuilder, MetadataGoesToBuildHooks) {
  BuildOutputBuilder output;
  output.metadata().add("version", "1.2");
  const EncodedAsset expected{"hooks/metadata", Json::Object{{"key", "version"}, {"value", "1.2"}}};
  EXPECT_THAT(output.output().assets_for_build, ElementsAre(expected));
}

TEST(LinkOutputBuilder, RoutesAssetsAndMetadata) {
  LinkOutputBuilder output;
  const DataAsset data{"p", "data", "/p/data"};
  output.assets().add(data);
  output.assets().add(data, ToLinkHook{"dep"});
  output.metadata().add("dep", "used", true);
  const EncodedAsset metadata{"hooks/metadata", Json::Object{{"key", "used"}, {"value", true}}};
  EXPECT_THAT(output.output().assets, ElementsAre(data.encode()));
  EXPECT_THAT(output.output().assets_for_linking.at("dep"), ElementsAre(data.encode(), metadata));
}

}  // namespace
