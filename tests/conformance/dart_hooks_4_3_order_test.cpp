// SPDX-License-Identifier: BSD-3-Clause
// Order and cycles (spec: dart-hooks, sections 4.2 and 4.3).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

// Appends its package's name to the file "order" of the workspace.
std::string noting_hook(const Workspace& workspace, const std::string& package) {
  return shell_hook("echo " + package + " >> '" + (workspace.path() / "order").string() + "'\necho '" +
                    success_output() + "' > \"$out\"");
}

TEST(DartHooks43, BuildHooksRunDependenciesFirstAndLinkHooksTheOtherWayRound) {
  Workspace workspace;
  workspace.package("app", {"b", "a"});
  workspace.package("a", {"deep"});
  workspace.package("b", {"deep"});
  workspace.package("deep");
  workspace.package("unrelated");
  for (const std::string name : {"app", "a", "b", "deep", "unrelated"}) {
    workspace.hook(name, "build", noting_hook(workspace, name));
    workspace.hook(name, "link", noting_hook(workspace, "link-" + name));
  }
  const Ended ended = workspace.grapnel({"build", "-j", "1", "--link"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(workspace.path() / "order"), "deep\na\nb\napp\nlink-app\nlink-a\nlink-b\nlink-deep\n");
}

// Dart's order among such packages follows the stack of its algorithm (D26).
TEST(DartHooks43, AmongPackagesThatAreFreeTheNameDecides) {
  for (const bool turned : {false, true}) {
    Workspace workspace;
    const std::vector<std::string> names =
        turned ? std::vector<std::string>{"z", "m", "a"} : std::vector<std::string>{"a", "z", "m"};
    workspace.package("app", names);
    for (const std::string& name : names) {
      workspace.package(name);
      workspace.hook(name, "build", noting_hook(workspace, name));
    }
    ASSERT_EQ(workspace.grapnel({"build", "-j", "1"}).exit_code, 0);
    EXPECT_EQ(read_text(workspace.path() / "order"), "a\nm\nz\n");
  }
}

TEST(DartHooks43, ACycleOfHooksIsShownWhole) {
  Workspace workspace;
  workspace.package("app", {"a"});
  workspace.package("a", {"middle"});
  workspace.package("middle", {"b"});
  workspace.package("b", {"a"});
  workspace.hook("a", "build", writing_hook());
  workspace.hook("a", "link", writing_hook());
  workspace.hook("b", "link", writing_hook());
  // One build hook in the cycle is fine, two link hooks are not.
  EXPECT_EQ(workspace.grapnel({"build", "-j", "1"}).exit_code, 0);
  const std::filesystem::path result = workspace.path() / "result.json";
  const Ended ended = workspace.grapnel({"build", "-j", "1", "--link", "--result", result});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("link hooks"), HasSubstr("a -> middle -> b -> a")));
  EXPECT_EQ(*hooks::Json::parse(read_text(result)).find("outcome")->find("dart_kind"), hooks::Json("projectConfig"));
}

TEST(DartHooks43, AnEmptyPlanSucceedsWithoutAWord) {
  Workspace workspace;
  workspace.package("app");
  const Ended ended = workspace.grapnel({"build", "-j", "1"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.out + ended.err, "");
}

TEST(DartHooks43, TheFirstFailureEndsThePlan) {
  Workspace workspace;
  workspace.package("app", {"a", "b"});
  workspace.package("a");
  workspace.package("b");
  workspace.hook("a", "build", writing_hook(success_output(), 1));
  workspace.hook("b", "build", noting_hook(workspace, "b"));
  EXPECT_EQ(workspace.grapnel({"build", "-j", "1"}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(workspace.path() / "order"));
}

// Each link hook of the graph runs, also where nobody sent it anything.
TEST(DartHooks43, LinkHooksRunWithoutMail) {
  Workspace workspace;
  workspace.package("app", {"a"});
  workspace.package("a");
  workspace.hook("a", "link", noting_hook(workspace, "a"));
  EXPECT_EQ(workspace.grapnel({"build", "-j", "1", "--link"}).exit_code, 0);
  EXPECT_EQ(read_text(workspace.path() / "order"), "a\n");
}

}  // namespace
