// SPDX-License-Identifier: BSD-3-Clause
// `grapnel build` with hooks that are shell scripts: user-defines, results, failures.
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;
using tests::writing_hook;

Json json_in(const std::filesystem::path& file) { return Json::parse(read_text(file)); }

// Appends its package's name to the file "order" of the workspace.
std::string noting_hook(const Workspace& workspace, const std::string& package) {
  return shell_hook("echo " + package + " >> '" + (workspace.path() / "order").string() + "'\necho '" +
                    success_output() + "' > \"$out\"");
}

TEST(Build, UserDefinesReachTheirPackageAlone) {
  Workspace workspace;
  workspace.package("app", {"a"});
  workspace.package("a");
  for (const std::string name : {"app", "a"}) workspace.hook(name, "build", writing_hook());
  const std::filesystem::path file = workspace.write("app", "defines.json", R"({"a":{"k":[1],"l":"old"}})");
  const Ended ended =
      workspace.grapnel({"build", "--user-defines", file, "--define", "a.l=\"new\"", "--define", "ghost.x=1"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err,
              HasSubstr("warning: package 'ghost': there are user-defines for this package, but no package"));
  EXPECT_EQ(*json_in(workspace.hook_directory("a") / "input.json").find("user_defines")->find("workspace_pubspec"),
            Json(Json::Object{{"base_path", file.string()}, {"defines", Json::parse(R"({"k":[1],"l":"new"})")}}));
  EXPECT_EQ(json_in(workspace.hook_directory("app") / "input.json").find("user_defines")->to_string(), "{}");
  ASSERT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  EXPECT_EQ(json_in(workspace.hook_directory("a") / "input.json").find("user_defines"), nullptr);
}

TEST(Build, WritesTheMappingOfDartsRuntime) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook(
      "app", "build",
      shell_hook("echo x > \"${shared}libx.so\"\necho '" +
                 success_output(R"(,"assets":[{"type":"code_assets/code","encoding":{"id":"package:app/x",)"
                                R"("link_mode":{"type":"dynamic_loading_bundle"},"file":"'"$shared"'libx.so"}}])") +
                 "' > \"$out\""));
  const std::filesystem::path mapping = workspace.path() / "native_assets.yaml";
  const auto place = [&] {
    return json_in(mapping).find("native-assets")->find("linux_arm64")->find("package:app/x")->to_string();
  };
  ASSERT_EQ(workspace.grapnel({"build", "--target-arch", "arm64", "--native-assets", mapping}).exit_code, 0);
  EXPECT_EQ(place(), R"(["absolute",")" + (workspace.state() / "shared/app/build/libx.so").string() + R"("])");
  ASSERT_EQ(
      workspace
          .grapnel({"build", "--target-arch", "arm64", "--native-assets", mapping, "--bundle", workspace.path() / "b"})
          .exit_code,
      0);
  EXPECT_EQ(place(), R"(["relative","b/libx.so"])");
  EXPECT_EQ(workspace.grapnel({"build", "--target-arch", "z80", "--native-assets", mapping}).exit_code, 64);
}

TEST(Failure, ShowsOneBlockAndStopsTheRun) {
  Workspace workspace;
  workspace.package("app", {"bad"});
  workspace.package("bad");
  workspace.hook("bad", "build",
                 shell_hook("i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo \"line $i\" >&2; done\n"
                            "echo '{\"status\":\"failure\",\"type\":\"infra\"}' > \"$out\"; exit 2"));
  workspace.hook("app", "build", noting_hook(workspace, "app"));
  const std::filesystem::path result = workspace.path() / "result.json";
  const Ended ended = workspace.grapnel({"build", "--result", result});
  EXPECT_EQ(ended.exit_code, 2);
  const std::filesystem::path directory = workspace.hook_directory("bad");
  EXPECT_THAT(ended.err, HasSubstr("build hook of package 'bad': infra failure\n  why: "));
  EXPECT_THAT(ended.err, HasSubstr("| line 21\n"));
  EXPECT_THAT(ended.err, Not(HasSubstr("| line 20\n")));
  EXPECT_THAT(ended.err, HasSubstr("log: " + (directory / "stderr.txt").string()));
  EXPECT_THAT(ended.err, HasSubstr("repeat: '" + (directory / "run.sh").string() + "' (with its environment)"));
  EXPECT_FALSE(std::filesystem::exists(workspace.path() / "order"));
  EXPECT_FALSE(std::filesystem::exists(directory / "output.json"));
  EXPECT_EQ(read_text(directory / "output.failed.json"), "{\"status\":\"failure\",\"type\":\"infra\"}\n");
  EXPECT_EQ(*json_in(result).find("outcome")->find("class"), Json("infra_failure"));
}

TEST(Failure, RunShRepeatsTheRunWithoutSecrets) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", shell_hook("echo \"cwd=$(pwd) token=$CARGO_TOKEN plain=$CARGO_PLAIN\"; exit 1"));
  const std::string secret = "s3cr3t-value";
  EXPECT_EQ(workspace.grapnel({"build", "-v"}, {"CARGO_TOKEN=" + secret, "CARGO_PLAIN=it's"}).exit_code, 1);
  const std::filesystem::path directory = workspace.hook_directory("app");
  EXPECT_THAT(read_text(directory / "run.sh"), Not(HasSubstr(secret)));

  std::filesystem::remove(directory / "stdout.txt");
  const Ended without = tests::run({"/bin/sh", directory / "run.sh"}, "/", workspace.path());
  EXPECT_NE(without.exit_code, 0);
  EXPECT_THAT(without.err, HasSubstr("CARGO_TOKEN"));
  const Ended again = tests::run({"/bin/sh", directory / "run.sh"}, "/", workspace.path(),
                                 tests::environment_with({"CARGO_TOKEN=other"}));
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.out, "cwd=" + workspace.root("app").string() + " token=other plain=it's\n");
}

TEST(Failure, SecretsReachNoReport) {
  Workspace workspace;
  workspace.package("app");
  const std::string secret = "s3cr3t-value";
  workspace.hook("app", "build",
                 shell_hook("echo \"with $CARGO_TOKEN\" >&2\n"
                            "echo "
                            "\"{\\\"status\\\":\\\"failure\\\",\\\"failure_details\\\":{\\\"type\\\":\\\"build\\\","
                            "\\\"message\\\":\\\"$CARGO_TOKEN\\\"}}\" > \"$out\"\n"
                            "exit 1"));
  const std::filesystem::path result = workspace.path() / "result.json";
  const Ended ended = workspace.grapnel({"build", "-v", "--result", result}, {"CARGO_TOKEN=" + secret});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("| with ***"), Not(HasSubstr(secret))));
  EXPECT_THAT(read_text(result), Not(HasSubstr(secret)));
  EXPECT_EQ(read_text(workspace.hook_directory("app") / "stderr.txt"),
            "with " + secret + "\n");  // the hook's own words
}

TEST(Failure, AStaleOutputIsNeverBelieved) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", writing_hook());
  ASSERT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  workspace.hook("app", "build", "#!/bin/sh\nexit 0\n");
  const Ended absent = workspace.grapnel({"build"});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.err, HasSubstr("output.json"));
  // Put there by the hook, but made by somebody else, earlier.
  workspace.hook("app", "build",
                 shell_hook("echo '" + success_output() + "' > \"$out\"; touch -d '2020-01-01' \"$out\""));
  EXPECT_EQ(workspace.grapnel({"build"}).exit_code, 1);
}

}  // namespace
