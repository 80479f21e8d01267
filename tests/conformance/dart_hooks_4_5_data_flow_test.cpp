// SPDX-License-Identifier: BSD-3-Clause
// What hooks send to each other and to the bundle (spec: dart-hooks, sections 2.5, 2.6 and 4.5).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

Json json_in(const std::filesystem::path& file) { return Json::parse(read_text(file)); }

std::string metadata(const std::string& key, const std::string& value) {
  return R"({"type":"hooks/metadata","encoding":{"key":")" + key + R"(","value":)" + value + "}}";
}

// A data asset in a shell_hook whose file lies in the shared directory.
std::string data(const std::string& package, const std::string& name) {
  return R"({"type":"data_assets/data","encoding":{"package":")" + package + R"(","name":")" + name +
         R"(","file":"'"${shared})" + name + R"("'"}})";
}

// The input of the link hook among the directories of `package`.
Json link_input(const Workspace& workspace, const std::string& package) {
  for (const auto& entry : std::filesystem::directory_iterator(workspace.state() / package)) {
    if (entry.is_symlink()) continue;  // latest-build, latest-link
    Json input = json_in(entry.path() / "input.json");
    if (input.find("assets_from_linking") != nullptr) return input;
  }
  ADD_FAILURE() << "no link hook of " << package << " ran";
  return {};
}

TEST(DartHooks45, AssetsForBuildReachDirectDependentsAlone) {
  Workspace workspace;
  workspace.package("app", {"middle", "plain"});
  workspace.package("middle", {"base"});
  workspace.package("base");
  workspace.package("plain");
  workspace.hook("base", "build", writing_hook(success_output(R"(,"assets_for_build":[)" + metadata("k", "42") + "]")));
  workspace.hook("middle", "build", writing_hook());
  workspace.hook("app", "build", writing_hook());
  const Ended ended = workspace.grapnel({"build"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(json_in(workspace.hook_directory("middle") / "input.json").find("assets")->to_string(),
            R"({"base":[{"encoding":{"key":"k","value":42},"type":"hooks/metadata"}]})");
  // An empty list of a hook that sent nothing; no key for a package without a hook.
  EXPECT_EQ(json_in(workspace.hook_directory("app") / "input.json").find("assets")->to_string(), R"({"middle":[]})");
}

TEST(DartHooks45, DevDependenciesOfTheRunPackageSendToo) {
  Workspace workspace;
  workspace.package("app", {}, {"tool"});
  workspace.package("tool");
  workspace.hook("tool", "build", writing_hook(success_output(R"(,"assets_for_build":[)" + metadata("k", "1") + "]")));
  workspace.hook("app", "build", writing_hook());
  ASSERT_EQ(workspace.grapnel({"build", "--dev-dependencies"}).exit_code, 0);
  EXPECT_THAT(json_in(workspace.hook_directory("app") / "input.json").find("assets")->to_string(),
              HasSubstr(R"("tool":[{)"));
}

TEST(DartHooks45, ALinkHookGetsWhatWasSentAndDecidesWhatIsBundled) {
  Workspace workspace;
  workspace.package("app", {"fonts"});
  workspace.package("fonts");
  workspace.hook(
      "app", "link",
      writing_hook(success_output(R"(,"assets_for_linking":{"fonts":[)" + metadata("keep", "\"a.ttf\"") + "]}")));
  workspace.hook("fonts", "build",
                 shell_hook("echo A > \"${shared}a.ttf\"; echo B > \"${shared}b.ttf\"\necho '" +
                            success_output(R"(,"assets_for_linking":{"fonts":[)" + data("fonts", "a.ttf") + "," +
                                           data("fonts", "b.ttf") + "]}") +
                            "' > \"$out\""));
  // Bundles the first asset that it was sent.
  workspace.hook(
      "fonts", "link",
      shell_hook(
          "file=$(grep -o '/[^\"]*a.ttf' \"$config\")\necho '" +
          success_output(
              R"(,"assets":[{"type":"data_assets/data","encoding":{"package":"fonts","name":"a.ttf","file":"'"$file"'"}}])") +
          "' > \"$out\""));
  const std::filesystem::path bundle = workspace.path() / "bundle";
  const std::filesystem::path result = workspace.path() / "result.json";
  const Ended ended = workspace.grapnel({"build", "--link", "--console", "none", "--bundle", bundle, "--result", result,
                                         "--depfile", (workspace.path() / "d").string()});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(json_in(bundle / "assets.json").to_string(), R"({"package:fonts/a.ttf":"fonts/a.ttf"})");
  EXPECT_EQ(read_text(bundle / "fonts/a.ttf"), "A\n");
  EXPECT_EQ(link_input(workspace, "fonts").find("assets_from_linking")->to_string(),
            R"([{"encoding":{"key":"keep","value":"a.ttf"},"type":"hooks/metadata"}])");

  const Json document = json_in(result);
  EXPECT_EQ(document.find("encodedAssets")->as_array()->size(), 1U);
  EXPECT_EQ(document.find("encodedAssetsForLinking")->find("fonts")->as_array()->size(), 2U);
  EXPECT_EQ(*document.find("outcome")->find("class"), Json("success"));
  EXPECT_EQ(document.find("outcome")->find("hooks")->as_array()->size(), 3U);
  EXPECT_THAT(read_text(workspace.path() / "d"), testing::StartsWith("/"));
}

TEST(DartHooks45, AnyPackageOfTheGraphMaySendToALinkHookInPlanOrder) {
  Workspace workspace;
  workspace.package("app", {"a", "b"});
  workspace.package("a");
  workspace.package("b");
  for (const std::string name : {"b", "a"}) {
    workspace.hook(name, "build",
                   writing_hook(success_output(
                       R"(,"assets_for_linking":{"app":[{"type":"my/type","encoding":{"from":")" + name + R"("}}]})")));
  }
  workspace.hook("app", "link", writing_hook());
  const Ended ended = workspace.grapnel({"build", "--link", "--asset-type", "my/type"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(link_input(workspace, "app").find("assets")->to_string(),
            R"([{"encoding":{"from":"a"},"type":"my/type"},{"encoding":{"from":"b"},"type":"my/type"}])");
}

TEST(DartHooks45, ARoutedAssetNeedsALinkHook) {
  Workspace workspace;
  workspace.package("app", {"a"});
  workspace.package("a");
  workspace.hook("a", "build", writing_hook(success_output(R"(,"assets_for_linking":{"app":[{"type":"my/type"}]})")));
  const Ended ended = workspace.grapnel({"build", "--link", "--asset-type", "my/type"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("assets_for_linking.app"), HasSubstr("link hook")));
}

// What Dart drops in silence (D19).
TEST(DartHooks45, WhatNobodyGetsIsAWarningWithSenderReceiverAssetAndReason) {
  Workspace workspace;
  workspace.package("app", {"a"});
  workspace.package("a", {"b"});
  workspace.package("b");
  workspace.package("c");
  workspace.hook("app", "link",
                 writing_hook(success_output(R"(,"assets_for_linking":{"b":[)" + metadata("far", "1") + "]}")));
  workspace.hook("a", "link",
                 writing_hook(success_output(R"(,"assets_for_linking":{"app":[)" + metadata("up", "1") + R"(],"a":[)" +
                                             metadata("self", "1") + R"(],"c":[)" + metadata("nowhere", "1") + "]}")));
  workspace.hook("b", "link", writing_hook());
  const Ended ended = workspace.grapnel({"build", "--link"});
  EXPECT_EQ(ended.exit_code, 0);
  const auto warning = [](const std::string& sender, const std::string& key, const std::string& receiver,
                          const std::string& reason) {
    return HasSubstr("warning: package '" + sender + "': its link hook sent an asset of type 'hooks/metadata' ('" +
                     key + "') to package '" + receiver + "', which did not get it: " + reason);
  };
  EXPECT_THAT(ended.err, AllOf(warning("app", "far", "b", "only direct dependencies get what a link hook sends"),
                               warning("a", "up", "app", "only direct dependencies"),
                               warning("a", "self", "a", "its own link hook was running already"),
                               warning("a", "nowhere", "c", "that package has no link hook in this run")));
  EXPECT_EQ(link_input(workspace, "b").find("assets_from_linking")->to_string(), "[]");
}

TEST(DartHooks45, LinkRunsInAnotherProcessThanBuild) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook(
      "app", "build",
      writing_hook(success_output(R"(,"assets_for_linking":{"app":[{"type":"my/type","encoding":{"a":1}}]})")));
  workspace.hook("app", "link", writing_hook());
  const std::string result = workspace.path() / "build.json";
  ASSERT_EQ(
      workspace.grapnel({"build", "--linking-enabled", "--asset-type", "code,my/type", "--result", result}).exit_code,
      0);
  const Ended linked =
      workspace.grapnel({"link", "--console", "none", "--build-result", result, "--asset-type", "code,my/type"});
  ASSERT_EQ(linked.exit_code, 0) << linked.err;
  EXPECT_EQ(linked.err, "");
  const Json input = link_input(workspace, "app");
  EXPECT_EQ(input.find("assets")->to_string(), R"([{"encoding":{"a":1},"type":"my/type"}])");
  EXPECT_EQ(input.find("assets_from_linking")->to_string(), "[]");

  // The hook is gone when its mail comes.
  std::filesystem::remove(workspace.root("app") / "hook/link");
  const Ended late = workspace.grapnel({"link", "--build-result", result, "--asset-type", "code,my/type"});
  EXPECT_EQ(late.exit_code, 0);
  EXPECT_THAT(late.err, HasSubstr("warning: package 'app': a build hook sent it an asset of type 'my/type', which it "
                                  "did not get"));
}

// Dart checks the application only where linking is off or a link hook ran (D7).
TEST(DartHooks45, TheApplicationIsValidatedAlways) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"build"}, std::vector<std::string>{"build", "--link"}}) {
    Workspace workspace;
    workspace.package("app", {"a", "b"});
    for (const std::string name : {"a", "b"}) {
      workspace.package(name);
      workspace.hook(
          name, "build",
          shell_hook(
              "echo x > \"${shared}libx.so\"\necho '" +
              success_output(R"(,"assets":[{"type":"code_assets/code","encoding":{"id":"package:)" + name +
                             R"(/x","link_mode":{"type":"dynamic_loading_bundle"},"file":"'"$shared"'libx.so"}}])") +
              "' > \"$out\""));
    }
    const Ended ended = workspace.grapnel(command);
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("'libx.so' is the file name of 'package:a/x' too"));
  }
}

// Two link hooks, which see nothing of each other.
TEST(DartHooks45, DataOfTheApplicationIsUniqueByPackageAndName) {
  Workspace workspace;
  workspace.package("app", {"a", "b"});
  for (const std::string name : {"a", "b"}) {
    workspace.package(name);
    workspace.hook(name, "link",
                   shell_hook("echo x > \"${shared}x\"\necho '" +
                              success_output(R"(,"assets":[{"type":"data_assets/data","encoding":)"
                                             R"({"package":"a","name":"n","file":"'"${shared}"'x"}}])") +
                              "' > \"$out\""));
  }
  const Ended ended = workspace.grapnel({"build", "--link"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("'n' is the name of another data asset of package 'a' too"));
}

// What a hook chose to say must not look like a line of ours, nor bring a secret along.
TEST(DartHooks45, MessagesQuoteOnOneLineAndWithoutSecrets) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build",
                 writing_hook(success_output(
                     R"(,"assets":[{"type":"code_assets/code","encoding":{"id":"package:b/x\ngrapnel: all is well",)"
                     R"("link_mode":{"type":"dynamic_loading_process"}}}])")));
  const Ended forged = workspace.grapnel({"build"});
  EXPECT_EQ(forged.exit_code, 1);
  EXPECT_THAT(forged.err, AllOf(HasSubstr(R"(package:b/x\ngrapnel)"), Not(HasSubstr("\n    grapnel: all"))));

  workspace.hook(
      "app", "link",
      writing_hook(success_output(R"(,"assets_for_linking":{"b":[)" + metadata("top-secret-5", "1") + "]}")));
  workspace.hook("app", "build", writing_hook());
  const Ended told = workspace.grapnel({"build", "--link"}, {"CARGO_REGISTRY_TOKEN=top-secret-5"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.err, AllOf(HasSubstr("'hooks/metadata' ('***')"), Not(HasSubstr("top-secret-5"))));
}

}  // namespace
