// SPDX-License-Identifier: BSD-3-Clause
// recorded_uses.json: each link hook gets its package's part (spec: dart-hooks, sections 2.2, 2.6 and 2.8).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

constexpr const char* kRecording =
    R"({"definitions":[{"uri":"package:app/x.dart"},{"uri":"package:other/y.dart"},{"uri":"package:application/z.dart"}]})";

TEST(DartHooks28, AHookGetsItsPackagesPartAlone) {
  Workspace workspace;
  workspace.package("app", {"other"});
  workspace.package("other");
  for (const std::string name : {"app", "other"}) {
    workspace.hook(name, "link", shell_hook("cat \"$2\"; echo '" + success_output() + "' > \"$out\""));
  }
  const std::filesystem::path uses = workspace.write("app", "uses.json", kRecording);
  const std::string built = workspace.path() / "build.json";
  ASSERT_EQ(workspace.grapnel({"build", "--linking-enabled", "--result", built}).exit_code, 0);
  const Ended ended = workspace.grapnel({"link", "--build-result", built, "--recorded-uses", uses, "--compiler",
                                         "dart2js", "--entry-point", "b", "--entry-point", "a", "--entry-point", "b"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::filesystem::path directory = workspace.hook_directory("app");
  EXPECT_EQ(Json::parse(read_text(directory / "stdout.txt")),
            Json::parse(R"({"definitions":[{"uri":"package:app/x.dart"}]})"));
  EXPECT_EQ(Json::parse(read_text(workspace.hook_directory("other") / "stdout.txt")),
            Json::parse(R"({"definitions":[{"uri":"package:other/y.dart"}]})"));

  const Json input = Json::parse(read_text(directory / "input.json"));
  EXPECT_EQ(*input.find("resource_identifiers"), Json((directory / "recorded_uses.json").string()));
  EXPECT_EQ(input.find("config")->find("extensions")->find("hooks_runner")->to_string(),
            R"({"record_use":{"compiler":"dart2js","entry_points":["a","b"]}})");
}

TEST(DartHooks28, AnotherCompilerOrEntryPointIsAnotherConfig) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "link", writing_hook());
  const std::filesystem::path uses = workspace.write("app", "uses.json", kRecording);
  const auto link = [&](const std::string& compiler, const std::string& entry_point) {
    EXPECT_EQ(
        workspace
            .grapnel({"build", "--link", "--recorded-uses", uses, "--compiler", compiler, "--entry-point", entry_point})
            .exit_code,
        0);
    const auto directories = std::filesystem::directory_iterator(workspace.state() / "app");
    return std::count_if(begin(directories), end(directories), [](const auto& entry) { return !entry.is_symlink(); });
  };
  EXPECT_EQ(link("vm", "a"), 1);
  EXPECT_EQ(link("vm", "b"), 2);
  EXPECT_EQ(link("wasm", "a"), 3);
  EXPECT_EQ(link("vm", "a"), 3);
}

TEST(DartHooks28, WithoutARecordingNothingIsSaidOfOne) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "link", shell_hook("echo $#; echo '" + success_output() + "' > \"$out\""));
  ASSERT_EQ(workspace.grapnel({"build", "--link"}).exit_code, 0);
  const std::filesystem::path directory = workspace.hook_directory("app");
  EXPECT_EQ(read_text(directory / "stdout.txt"), "1\n");
  const Json input = Json::parse(read_text(directory / "input.json"));
  EXPECT_EQ(input.find("resource_identifiers"), nullptr);
  EXPECT_EQ(input.find("config")->find("extensions")->find("hooks_runner"), nullptr);
  EXPECT_FALSE(std::filesystem::exists(directory / "recorded_uses.json"));
}

TEST(DartHooks28, ARecordingThatCannotBeReadIsAProjectsFault) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "link", writing_hook());
  const auto link = [&](const std::string& file) {
    return workspace.grapnel({"build", "--link", "--recorded-uses", file});
  };
  const Ended missing = link(workspace.path() / "nowhere.json");
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.err, HasSubstr("nowhere.json"));
  const Ended broken = link(workspace.write("app", "broken.json", R"({"definitions": 1})"));
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, AllOf(HasSubstr("broken.json"), HasSubstr("definitions: found an integer; expected a list")));
}

}  // namespace
