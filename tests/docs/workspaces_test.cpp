// SPDX-License-Identifier: BSD-3-Clause
// The examples of docs/workspaces.md do what it says.
#include "tests/docs/blocks.hpp"
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;

const std::filesystem::path kWorkspaces = std::filesystem::path(tests::kSourceDir) / "docs/workspaces.md";
const std::string kDefines = R"("defines":{"features":["fts5","rtree"],"source":"system"})";

TEST(WorkspacesDocumentation, TheGrapnelTomlBuilds) {
  const auto found = tests::blocks(kWorkspaces, "toml");
  ASSERT_EQ(found.size(), 1U);
  const tests::TemporaryDirectory directory;
  directory.write("grapnel.toml", found.front());
  for (const std::string package : {".", "third_party/sqlite3", "tools/test_helper"}) {
    directory.write_executable(package + "/hook/build",
                               tests::shell_hook("cp \"$config\" .\n[ \"$SCCACHE_DIR\" = x ] || "
                                                 "exit 1\necho '" +
                                                 tests::success_output() + "' > \"$out\""));
  }
  const auto ended = tests::run({tests::kGrapnel, "build", "--dev-dependencies"}, directory / "tools", directory.path(),
                                tests::environment_with({"SCCACHE_DIR=x"}));
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(std::filesystem::exists(directory / "input.json")) << "the run package is the default";
  EXPECT_TRUE(std::filesystem::exists(directory / "tools/test_helper/input.json"));
  const std::string input = tests::read_text(directory / "third_party/sqlite3/input.json");
  EXPECT_THAT(hooks::Json::parse(input).to_string(), HasSubstr(kDefines));
  EXPECT_TRUE(std::filesystem::exists(directory / ".grapnel/hooks_runner/sqlite3"));
}

TEST(WorkspacesDocumentation, ThePubspecGivesTheSameDefines) {
  const auto found = tests::blocks(kWorkspaces, "yaml");
  ASSERT_EQ(found.size(), 1U);
  tests::Workspace workspace;
  workspace.package("app", {"sqlite3"});
  workspace.package("sqlite3");
  workspace.hook("sqlite3", "build", tests::writing_hook());
  std::ofstream(workspace.path() / "pubspec.yaml") << found.front();
  const auto ended = workspace.grapnel({"build"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(hooks::Json::parse(tests::read_text(workspace.hook_directory("sqlite3") / "input.json")).to_string(),
              HasSubstr(kDefines));
}

}  // namespace
