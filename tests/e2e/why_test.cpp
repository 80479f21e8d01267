// SPDX-License-Identifier: BSD-3-Clause
// `grapnel why` and the reasons at -v: what the last run did.
#include "tests/support/giving_hook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using tests::Ended;
using tests::giving_hook;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;

class Why : public testing::Test {
 protected:
  Why() {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
    workspace_.package("other");
    for (const std::string package : {"app", "lib"}) {
      workspace_.write(package, "src.txt", "one\n");
      workspace_.hook(package, "build", giving_hook(package));
    }
  }
  void build(const std::vector<std::string>& more = {}, const std::vector<std::string>& environment = {}) {
    std::vector<std::string> arguments{"build"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    last_ = workspace_.grapnel(arguments, environment);
    ASSERT_EQ(last_.exit_code, 0) << last_.err;
  }
  [[nodiscard]] std::string why(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), "why");
    const Ended ended = workspace_.grapnel(more);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }
  Workspace workspace_;
  Ended last_;
};

TEST_F(Why, NothingIsKnownBeforeTheFirstRun) {
  EXPECT_EQ(why(), "no run is known in which a hook ran\n");
  EXPECT_EQ(Json::parse(why({"--json"})), Json(Json::Object{{"runs", Json::Array{}}}));
  EXPECT_FALSE(std::filesystem::exists(workspace_.state())) << "a question leaves nothing";
}

TEST_F(Why, RootsStandApartFromWhatTheyStirred) {
  build();
  workspace_.write("lib", "src.txt", "two\n");
  build();
  const std::string text = why();
  EXPECT_THAT(text, HasSubstr("2 hooks ran in"));
  const std::size_t roots = text.find("because of changes of their own:\n  lib: ");
  const std::size_t cascade = text.find("because of hooks that ran before them:\n  app: ");
  ASSERT_NE(roots, std::string::npos) << text;
  ASSERT_NE(cascade, std::string::npos) << text;
  EXPECT_LT(roots, cascade);
  EXPECT_THAT(text, HasSubstr("(by the hook of lib)"));
  EXPECT_THAT(text.substr(roots, cascade - roots), Not(HasSubstr("by the hook of")));
}

TEST_F(Why, AReasonHasItsOldAndItsNewValue) {
  build({"--define", "lib.level=1"}, {"CARGO_HOME=/old"});
  workspace_.write("lib", "src.txt", "two\n");
  build({"--define", "lib.level=2"}, {"CARGO_HOME=/new"});
  const std::string text = why({"lib"});
  EXPECT_THAT(text, HasSubstr("environment variable CARGO_HOME changed: /old -> /new\n"));
  EXPECT_THAT(text, HasSubstr("defines.level changed: 1 -> 2\n"));
  EXPECT_THAT(text, testing::ContainsRegex("src.txt changed: [0-9a-f]{12}, modified .* -> [0-9a-f]{12}, modified"));
}

TEST_F(Why, AToolHasItsVersions) {
  const std::filesystem::path tool = workspace_.write_executable("tool", "#!/bin/sh\necho 1.0\n");
  workspace_.hook(
      "lib", "build",
      shell_hook("tool='" + tool.string() + "'\nversion=$(\"$tool\")\ncat > \"$out\" <<END\n" +
                 success_output(R"(,"grapnel":{"tools":[{"path":"$tool","version":"$version"}]})") + "\nEND"));
  build();
  workspace_.write_executable("tool", "#!/bin/sh\necho 2.0-rc\n");
  build();
  EXPECT_THAT(why({"lib"}),
              testing::ContainsRegex("tool .*/tool changed: 1.0, [0-9a-f]{12}, .* -> 2.0-rc, [0-9a-f]{12}"));
}

TEST_F(Why, TheMostExpensiveComesFirst) {
  workspace_.hook("app", "build", shell_hook("sleep 0.3\necho '" + success_output() + "' > \"$out\""));
  build();
  const std::string text = why();
  EXPECT_LT(text.find("  app: "), text.find("  lib: ")) << text;
  const Json document = Json::parse(why({"--json"}));
  const Json& run = (*document.find("runs")->as_array())[0];
  EXPECT_EQ((*run.find("hooks")->as_array())[0].find("package")->to_string(), "\"app\"");
}

TEST_F(Why, JsonIsOfTheSameData) {
  build();
  workspace_.write("lib", "src.txt", "two\n");
  build();
  const Json document = Json::parse(why({"app", "--json"}));
  ASSERT_EQ(document.find("runs")->as_array()->size(), 1U);
  const Json& hook = (*(*document.find("runs")->as_array())[0].find("hooks")->as_array())[0];
  EXPECT_EQ(hook.find("cascade")->to_string(), "true");
  EXPECT_EQ((*hook.find("reasons")->as_array())[0].find("cause")->to_string(), "\"lib\"");
}

TEST_F(Why, APackageThatDidNotRunGetsASentence) {
  build();
  workspace_.write("app", "src.txt", "two\n");
  build();
  EXPECT_THAT(why({"lib"}), HasSubstr("the build hook of package 'lib' was up to date\n"));
  EXPECT_EQ(why({"other"}), "no hook of package 'other' was part of the last run in which a hook ran\n");
  const Ended ended = workspace_.grapnel({"why", "ghost"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("there is no package 'ghost'"));
}

TEST_F(Why, AnUpToDateRunLeavesTheEarlierAnswer) {
  build();
  const std::string before = why();
  build();
  EXPECT_EQ(why(), before);
}

TEST_F(Why, AFailureAndWhatItKeptFromRunning) {
  workspace_.hook("lib", "build", "#!/bin/sh\nexit 1\n");
  EXPECT_EQ(workspace_.grapnel({"build", "--keep-going"}).exit_code, 1);
  const std::string text = why();
  EXPECT_THAT(text, AllOf(HasSubstr("  lib: "), HasSubstr("build_failure"), HasSubstr("not run:\n  app: ")));
  EXPECT_THAT(text, HasSubstr("1 hook ran"));
}

TEST_F(Why, ADamagedDocumentIsSaidAndReplaced) {
  build();
  const std::filesystem::path file = workspace_.state() / ".grapnel/last_build.json";
  for (const std::string text :
       {"{\"version\": 1, \"hooks\": [{", "{\"version\": 2}", "[]", "{\"version\":1,\"hook\":\"x\"}"}) {
    std::ofstream(file) << text;
    const Ended ended = workspace_.grapnel({"why"});
    EXPECT_EQ(ended.exit_code, 2) << text;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("last_build.json"), HasSubstr("replaces it")));
  }
  build({"--force"});
  EXPECT_THAT(why(), HasSubstr("it was forced to"));
}

TEST_F(Why, VerboseBuildsSayItAtOnce) {
  build({"-v"});
  EXPECT_THAT(last_.err, HasSubstr("  why: no record of an earlier run\n"));
  workspace_.write("lib", "src.txt", "two\n");
  build({"-v"});
  EXPECT_THAT(last_.err, HasSubstr("src.txt changed: "));
  build({"-v"});
  EXPECT_THAT(last_.err, AllOf(Not(HasSubstr("why:")), HasSubstr("up to date\n")));
}

TEST_F(Why, ControlCharactersOfNamesAreShown) {
  const std::filesystem::path odd = workspace_.write("lib", "bell\x07", "1");
  workspace_.hook(
      "lib", "build",
      shell_hook("cat > \"$out\" <<END\n" + success_output(R"(,"dependencies":["$PWD/bell\\u0007"])") + "\nEND"));
  build();
  std::ofstream(odd) << "22";
  build();
  EXPECT_THAT(why({"lib"}), AllOf(HasSubstr("bell\\x07"), Not(HasSubstr("\x07"))));
}

}  // namespace
