// SPDX-License-Identifier: BSD-3-Clause
// `grapnel plan`: what a build would run; and `grapnel graph`.
#include "tests/support/giving_hook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::giving_hook;
using tests::Workspace;
using tests::writing_hook;

// Every file below a directory with its bytes.
std::map<std::string, std::string> contents(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, none)) {
    files[entry.path()] = entry.is_regular_file() ? tests::read_text(entry.path()) : "";
  }
  return files;
}

class Plan : public testing::Test {
 protected:
  Plan() {
    workspace_.package("app", {"between", "alone"});
    workspace_.package("between", {"lib"});
    workspace_.package("lib");
    workspace_.package("alone");
    for (const std::string package : {"app", "lib", "alone"}) {
      workspace_.write(package, "src.txt", "one\n");
      workspace_.hook(package, "build", giving_hook(package));
    }
  }
  [[nodiscard]] Json plan(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"plan", "--json"});
    const Ended ended = workspace_.grapnel(more);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return Json::parse(ended.out);
  }
  [[nodiscard]] static std::map<std::string, std::string> verdicts(const Json& plan) {
    std::map<std::string, std::string> found;
    for (const Json& hook : *plan.find("hooks")->as_array()) {
      found[*hook.find("package")->as_string()] = *hook.find("verdict")->as_string();
    }
    return found;
  }
  using Verdicts = std::map<std::string, std::string>;
  void build(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"build"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = workspace_.grapnel(arguments);
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  Workspace workspace_;
};

TEST_F(Plan, AColdOneNamesAllAndWritesNothing) {
  const auto before = contents(workspace_.path() / ".dart_tool");
  EXPECT_EQ(verdicts(plan()), (Verdicts{{"app", "will_run"}, {"lib", "will_run"}, {"alone", "will_run"}}));
  EXPECT_EQ(contents(workspace_.path() / ".dart_tool"), before);
}

TEST_F(Plan, AfterABuildThereIsNothingToDo) {
  build();
  const auto before = contents(workspace_.path() / ".dart_tool");
  EXPECT_EQ(verdicts(plan()), (Verdicts{{"app", "up_to_date"}, {"lib", "up_to_date"}, {"alone", "up_to_date"}}));
  EXPECT_EQ(contents(workspace_.path() / ".dart_tool"), before);
}

TEST_F(Plan, WhatWaitsForAHookThatWillRunMayRunAlsoThroughOthers) {
  build();
  workspace_.write("lib", "src.txt", "two\n");
  const auto before = contents(workspace_.path() / ".dart_tool");
  const Json found = plan();
  EXPECT_EQ(verdicts(found), (Verdicts{{"app", "may_run"}, {"lib", "will_run"}, {"alone", "up_to_date"}}));
  EXPECT_EQ(found.find("critical_path")->to_string(), R"(["lib","app"])");
  EXPECT_GE(*found.find("may_take_ms")->as_integer(), *found.find("will_take_ms")->as_integer());
  EXPECT_EQ(contents(workspace_.path() / ".dart_tool"), before) << "neither records nor anything else";
  const Ended ended = workspace_.grapnel({"plan"});
  EXPECT_THAT(ended.out, AllOf(HasSubstr("1 hook will run, 1 may run, 1 up to date\n"), HasSubstr("src.txt changed: "),
                               HasSubstr("  app: "), HasSubstr(", after lib\n"), HasSubstr("lib -> app")));
}

TEST_F(Plan, WhatABuildThenRunsIsWhatWasSaid) {
  build();
  workspace_.write("lib", "src.txt", "two\n");
  const Json found = plan();
  build();
  const Ended why = workspace_.grapnel({"why", "lib", "--json"});
  const Json run = (*Json::parse(why.out).find("runs")->as_array())[0];
  const Json& ran = (*run.find("hooks")->as_array())[0];
  for (const Json& hook : *found.find("hooks")->as_array()) {
    if (*hook.find("package")->as_string() != "lib") continue;
    EXPECT_EQ(*hook.find("reasons"), *ran.find("reasons"));
  }
}

TEST_F(Plan, ChangedPathsCountAlthoughNothingHasChanged) {
  build();
  const std::string root = workspace_.root("lib");
  for (const std::string& path : {root + "/src.txt", root, root + "/", root + "/../lib/src.txt"}) {
    EXPECT_EQ(verdicts(plan({"--changed", path})).at("lib"), "will_run") << path;
  }
  EXPECT_EQ(verdicts(plan({"--changed", root + "/src.tx"})).at("lib"), "up_to_date");
  EXPECT_EQ(verdicts(plan({"--changed", workspace_.root("app") / "src.txt"})),
            (Verdicts{{"app", "will_run"}, {"lib", "up_to_date"}, {"alone", "up_to_date"}}));
}

TEST_F(Plan, TheFlagsOfABuildCount) {
  build();
  EXPECT_EQ(verdicts(plan({"--force", "alone"})).at("alone"), "will_run");
  EXPECT_EQ(verdicts(plan({"--define", "lib.x=1"})).at("lib"), "will_run");
  EXPECT_EQ(verdicts(plan({"--target-os", "android"})).at("lib"), "will_run") << "another config";
  const Ended ended = workspace_.grapnel({"plan", "--force", "ghost"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("there is no package 'ghost'"));
}

TEST_F(Plan, ANewGiverGivesNobodyReasonsOfItsOwn) {
  build();
  std::filesystem::remove_all(workspace_.state() / ".grapnel/records");
  build();
  workspace_.package("extra");
  workspace_.write("extra", "src.txt", "one\n");
  workspace_.hook("extra", "build", giving_hook("extra"));
  EXPECT_EQ(verdicts(plan()).at("app"), "up_to_date");
}

TEST_F(Plan, ACMakeProjectThatIsNotConfiguredIsSaidAndLeftAlone) {
  workspace_.write("between", "hook/CMakeLists.txt", "message(FATAL_ERROR \"configured\")\n");
  const Json found = plan();
  EXPECT_EQ(found.find("unknown")->to_string(), R"(["between"])");
  EXPECT_EQ(verdicts(found).size(), 3U);
  EXPECT_FALSE(std::filesystem::exists(workspace_.state()));
  EXPECT_THAT(workspace_.grapnel({"plan"}).out, HasSubstr("package 'between' has a CMake project"));
}

TEST_F(Plan, AProjectThatIsWrongIsSaid) {
  workspace_.hook("between", "build", writing_hook());
  workspace_.write("between", "hook/build.cpp", "int main() {}\n");
  const Ended ended = workspace_.grapnel({"plan"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("has two build hooks"));
}

TEST_F(Plan, GraphShowsHooksAndWhatIsBetween) {
  workspace_.hook("app", "link", writing_hook());
  workspace_.package("leaf");  // nobody needs it
  EXPECT_EQ(workspace_.grapnel({"graph"}).out,
            "alone: build hook\n"
            "app: build and link hook\n  needs alone\n  needs between\n"
            "between: no hook\n  needs lib\n"
            "lib: build hook\n");
  const Json document = Json::parse(workspace_.grapnel({"graph", "--format", "json"}).out);
  EXPECT_EQ(document.find("packages")->as_array()->size(), 4U);
  const std::string dot = workspace_.grapnel({"graph", "--format", "dot"}).out;
  EXPECT_THAT(dot, AllOf(HasSubstr("digraph hooks {\n"), HasSubstr("\"app\" -> \"between\";\n"),
                         HasSubstr("[shape=ellipse, style=dashed, label=\"between\\nno hook\"];\n")));
  EXPECT_FALSE(std::filesystem::exists(workspace_.state()));
}

TEST_F(Plan, GraphLeavesOutWhatIsNotBetweenHooks) {
  std::filesystem::remove(workspace_.root("lib") / "hook/build");
  EXPECT_EQ(workspace_.grapnel({"graph"}).out, "alone: build hook\napp: build hook\n  needs alone\n");
}

}  // namespace
