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
