// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/build_project.hpp"

#include "runner/base/errors.hpp"
#include "runner/workspace/build_options.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grapnel::workspace {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class BuildProjectTest : public ::testing::Test {
 protected:
  BuildProject load() { return load_build_project(directory.path()); }
  tests::TemporaryDirectory directory;
};

TEST_F(BuildProjectTest, NoFileIsNoProject) {
  EXPECT_THAT([&] { load(); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr(directory.path().string()), HasSubstr("pyproject.toml"),
                                                HasSubstr("hatch.toml"), HasSubstr("grapnel.toml"))));
}

TEST_F(BuildProjectTest, PyprojectAlone) {
  directory.write("pyproject.toml",
                  "[project]\nname = 'p'\n[tool.hatch.build]\ndirectory = 'd'\n[tool.hatch.version]\npath = 'v'\n");
  const BuildProject project = load();
  EXPECT_EQ(project.root, directory.path());
  ASSERT_NE(project.project_table(), nullptr);
  EXPECT_EQ(*project.project_table()->find("name"), hooks::Json("p"));
  EXPECT_THAT(project.hatch.keys, ElementsAre("build", "version"));
  EXPECT_THAT(project.build.keys, ElementsAre("directory"));
  EXPECT_EQ(project.build.path_of("directory"), "tool.hatch.build.directory");
  EXPECT_FALSE(project.own_build);
}

TEST_F(BuildProjectTest, OneThatSaysNothingOfHatch) {
  directory.write("pyproject.toml", "[build-system]\nrequires = []\n");
  const BuildProject project = load();
  EXPECT_EQ(project.project_table(), nullptr);
  EXPECT_THAT(project.build.keys, IsEmpty());
  EXPECT_EQ(project.build.path_of("hooks"), "tool.hatch.build.hooks") << "where it would stand";
}

TEST_F(BuildProjectTest, KeysOfHatchTomlGoFirst) {
  directory.write(
      "pyproject.toml",
      "[tool.hatch.build]\ndirectory = 'd'\n[tool.hatch.build.hooks.a]\n[tool.hatch.version]\npath = 'v'\n");
  directory.write("hatch.toml", "[build]\nexclude = ['x']\n");
  const BuildProject project = load();
  EXPECT_THAT(project.build.keys, ElementsAre("exclude")) << "the whole table is another one";
  EXPECT_EQ(project.build.path_of("exclude"), "build.exclude");
  EXPECT_EQ(project.build.file_of("exclude"), directory / "hatch.toml");
  EXPECT_EQ(project.hatch.path_of("version"), "tool.hatch.version");
}

TEST_F(BuildProjectTest, HatchTomlAlone) {
  directory.write("hatch.toml", "[build.targets.wheel]\npackages = ['p']\n");
  const BuildProject project = load();
  EXPECT_FALSE(project.pyproject);
  EXPECT_EQ(project.project_table(), nullptr);
  EXPECT_EQ(BuildOptions(project.build, "wheel").find("packages")->path, "build.targets.wheel.packages");
}

TEST_F(BuildProjectTest, GrapnelTomlIsOverThem) {
  directory.write("pyproject.toml",
                  "[tool.hatch.build]\ndirectory = 'd'\nexclude = ['e']\n[tool.hatch.build.hooks.a]\n"
                  "[tool.hatch.build.targets.wheel]\npackages = ['p']\nversions = ['standard']\n"
                  "[tool.hatch.build.targets.wheel.hooks.w]\n");
  directory.write("grapnel.toml",
                  "[build]\ndirectory = 'own'\n[build.hooks.mine]\n[build.targets.wheel]\nversions = ['editable']\n"
                  "[build.targets.wheel.hooks.mine-too]\n[build.targets.deb]\ncommand = ['./deb']\n");
  const BuildProject project = load();
  const BuildOptions wheel(project.build, "wheel");
  EXPECT_EQ(wheel.string("directory"), "own");
  EXPECT_EQ(wheel.find("directory")->path, "build.directory");
  EXPECT_EQ(wheel.find("directory")->file(), directory / "grapnel.toml");
  EXPECT_EQ(wheel.find("exclude")->path, "tool.hatch.build.exclude");
  EXPECT_EQ(wheel.strings("versions"), std::vector<std::string>{"editable"});
  EXPECT_EQ(wheel.find("versions")->path, "build.targets.wheel.versions");
  EXPECT_EQ(wheel.find("packages")->file(), directory / "pyproject.toml");
  EXPECT_EQ(wheel.find("packages")->path, "tool.hatch.build.targets.wheel.packages");
  EXPECT_TRUE(BuildOptions(project.build, "deb").find_own("command"));
  // Hooks stay apart.
  EXPECT_THAT(project.build.table("hooks")->keys, ElementsAre("a"));
  EXPECT_THAT(wheel.own()->table("hooks")->keys, ElementsAre("w"));
  ASSERT_TRUE(project.own_build);
  EXPECT_THAT(project.own_build->table("hooks")->keys, ElementsAre("mine"));
}

TEST_F(BuildProjectTest, GrapnelTomlAlone) {
  directory.write("grapnel.toml", "[build.hooks.mine]\n[environment]\npass = ['A']\n");
  const BuildProject project = load();
  EXPECT_EQ(project.build.path, "build");
  EXPECT_THAT(project.build.table("hooks")->keys, ElementsAre("mine"));
  ASSERT_TRUE(project.own_build);
  EXPECT_TRUE(project.settings.environment.lets_through("A"));
}

TEST_F(BuildProjectTest, FaultsNameTheirFile) {
  directory.write("pyproject.toml", "tool = 1\n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(AllOf(HasSubstr("pyproject.toml': tool: "))));
  directory.write("pyproject.toml", "[tool]\nhatch = []\n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(HasSubstr("pyproject.toml': tool.hatch: ")));
  directory.write("pyproject.toml", "[tool.hatch]\nbuild = []\n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(HasSubstr("pyproject.toml': tool.hatch.build: ")));
  directory.write("hatch.toml", "build = 1\n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(HasSubstr("hatch.toml': build: ")));
  directory.write("hatch.toml", "build = \n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(AllOf(HasSubstr("hatch.toml"), HasSubstr("line 1"))));
  directory.write("hatch.toml", "");
  directory.write("pyproject.toml", "");
  directory.write("grapnel.toml", "[build]\ntargets = 1\n");
  EXPECT_THAT([&] { (void)BuildOptions(load().build, "wheel"); },
              ThrowsMessage<ProjectError>(HasSubstr("grapnel.toml': build.targets: ")));
  directory.write("pyproject.toml", "[tool.hatch.build]\nexclude = []\n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(HasSubstr("grapnel.toml': build.targets: ")));
  directory.write("grapnel.toml", "[build]\ntargets.wheel = 1\n");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<ProjectError>(HasSubstr("grapnel.toml': build.targets.wheel: ")));
}

}  // namespace
}  // namespace grapnel::workspace
