// SPDX-License-Identifier: BSD-3-Clause
// `grapnel build` and `grapnel link` with hooks that are shell scripts: order, data flow, files, environment.
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

std::string metadata(const std::string& key, const std::string& value) {
  return R"({"type":"hooks/metadata","encoding":{"key":")" + key + R"(","value":)" + value + "}}";
}

// Appends its package's name to the file "order" of the workspace.
std::string noting_hook(const Workspace& workspace, const std::string& package) {
  return shell_hook("echo " + package + " >> '" + (workspace.path() / "order").string() + "'\necho '" +
                    success_output() + "' > \"$out\"");
}

TEST(Build, NothingToRunIsASuccess) {
  Workspace workspace;
  workspace.package("app");
  const Ended ended = workspace.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.out + ended.err, "");
}

TEST(Build, RunsDependenciesFirstAndLinkHooksTheOtherWayRound) {
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
  const Ended ended = workspace.grapnel({"build", "--link"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(workspace.path() / "order"), "deep\na\nb\napp\nlink-app\nlink-a\nlink-b\nlink-deep\n");
}

TEST(Build, DevDependenciesCountForTheRunPackageOnRequest) {
  Workspace workspace;
  workspace.package("app", {"lib"}, {"tool"});
  workspace.package("lib", {}, {"other"});
  workspace.package("tool");
  workspace.package("other");
  for (const std::string name : {"tool", "other"}) workspace.hook(name, "build", noting_hook(workspace, name));
  EXPECT_EQ(workspace.grapnel({"build"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(workspace.path() / "order"));
  EXPECT_EQ(workspace.grapnel({"build", "--dev-dependencies"}).exit_code, 0);
  EXPECT_EQ(read_text(workspace.path() / "order"), "tool\n");
}

TEST(Build, AHookGetsItsInputAndNothingElse) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build",
                 shell_hook("pwd; printf '%s\\n' \"$@\"; env; cat\n"  // cat ends at once: standard input is empty
                            "echo 'to stderr' >&2; ls -l /proc/self/fd | wc -l >&2\n"
                            "echo '" +
                            success_output() + "' > \"$out\""));
  const Ended ended = workspace.grapnel({"build", "--target-os", "android", "--android-api", "33", "--target-arch",
                                         "arm64", "--asset-type", "code", "--extension", "my_extension={\"a\":[1]}"},
                                        {"MY_VARIABLE=1", "CARGO_HOME=/c", "http_proxy=http://p/"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");

  const std::filesystem::path directory = workspace.hook_directory("app");
  const Json input = json_in(directory / "input.json");
  EXPECT_EQ(*input.find("config"), Json::parse(R"({"build_asset_types":["code_assets/code"],
    "extensions":{"code_assets":{"android":{"target_ndk_api":33},"link_mode_preference":"dynamic",
                                 "target_architecture":"arm64","target_os":"android"},
                  "my_extension":{"a":[1]}},
    "linking_enabled":false})"));
  EXPECT_EQ(*input.find("package_root"), Json(workspace.root("app").string() + "/"));
  EXPECT_EQ(*input.find("out_dir_shared"), Json((workspace.state() / "shared/app/build").string() + "/"));
  EXPECT_EQ(*input.find("out_file"), Json((directory / "output.json").string()));
  EXPECT_EQ(*input.find("assets"), Json(Json::Object{}));
  EXPECT_TRUE(std::filesystem::is_directory(directory / "out"));

  const std::string out = read_text(directory / "stdout.txt");
  EXPECT_THAT(out, testing::StartsWith(workspace.root("app").string() +
                                       "\n--config=" + (directory / "input.json").string() + "\n"));
  EXPECT_THAT(out, HasSubstr("CARGO_HOME=/c\n"));
  EXPECT_THAT(out, HasSubstr("http_proxy=http://p/\n"));
  EXPECT_THAT(out, Not(HasSubstr("MY_VARIABLE")));
  EXPECT_THAT(read_text(directory / "stderr.txt"), testing::StartsWith("to stderr\n"));
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

TEST(Build, MetadataReachesDirectDependentsAlone) {
  Workspace workspace;
  workspace.package("app", {"middle"});
  workspace.package("middle", {"base"});
  workspace.package("base");
  workspace.hook("base", "build", writing_hook(success_output(R"(,"assets_for_build":[)" + metadata("k", "42") + "]")));
  workspace.hook("middle", "build", writing_hook());
  workspace.hook("app", "build", writing_hook());
  const Ended ended = workspace.grapnel({"build"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(json_in(workspace.hook_directory("middle") / "input.json").find("assets")->to_string(),
            R"({"base":[{"encoding":{"key":"k","value":42},"type":"hooks/metadata"}]})");
  EXPECT_EQ(json_in(workspace.hook_directory("app") / "input.json").find("assets")->to_string(), R"({"middle":[]})");
}

// data(NAME): an asset of the package whose file lies in its shared directory; made by make_data(NAME).
std::string data(const std::string& package, const std::string& name) {
  return R"({"type":"data_assets/data","encoding":{"package":")" + package + R"(","name":")" + name +
         R"(","file":"'"${shared})" + name + R"("'"}})";
}

TEST(Link, GetsWhatWasSentAndDecidesWhatIsBundled) {
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
  const Ended ended = workspace.grapnel(
      {"build", "--link", "--bundle", bundle, "--result", result, "--depfile", (workspace.path() / "d").string()});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(json_in(bundle / "assets.json").to_string(), R"({"package:fonts/a.ttf":"fonts/a.ttf"})");
  EXPECT_EQ(read_text(bundle / "fonts/a.ttf"), "A\n");

  const Json document = json_in(result);
  EXPECT_EQ(document.find("encodedAssets")->as_array()->size(), 1U);
  EXPECT_EQ(document.find("encodedAssetsForLinking")->find("fonts")->as_array()->size(), 2U);
  EXPECT_EQ(*document.find("outcome")->find("class"), Json("success"));
  EXPECT_EQ(document.find("outcome")->find("hooks")->as_array()->size(), 3U);
  EXPECT_THAT(read_text(workspace.path() / "d"), testing::StartsWith("/"));
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

TEST(Link, RunsInAnotherProcessThanBuild) {
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
  const Ended linked = workspace.grapnel({"link", "--build-result", result, "--asset-type", "code,my/type"});
  ASSERT_EQ(linked.exit_code, 0) << linked.err;
  bool seen = false;
  for (const auto& entry : std::filesystem::directory_iterator(workspace.state() / "app")) {
    const Json input = json_in(entry.path() / "input.json");
    const Json* from_linking = input.find("assets_from_linking");
    if (from_linking == nullptr) continue;
    seen = true;
    EXPECT_EQ(input.find("assets")->to_string(), R"([{"encoding":{"a":1},"type":"my/type"}])");
    EXPECT_EQ(from_linking->to_string(), "[]");
  }
  EXPECT_TRUE(seen);
}

TEST(Link, RecordedUsesReachTheHook) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "link", shell_hook("cat \"$2\"; echo '" + success_output() + "' > \"$out\""));
  const std::filesystem::path uses = workspace.write(
      "app", "uses.json", R"({"definitions":[{"uri":"package:app/x.dart"},{"uri":"package:other/y.dart"}]})");
  const std::string built = workspace.path() / "build.json";
  ASSERT_EQ(workspace.grapnel({"build", "--linking-enabled", "--result", built}).exit_code, 0);
  const Ended ended = workspace.grapnel({"link", "--build-result", built, "--recorded-uses", uses, "--compiler",
                                         "dart2js", "--entry-point", "b", "--entry-point", "a", "--entry-point", "b"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::filesystem::path directory = workspace.hook_directory("app");
  EXPECT_EQ(Json::parse(read_text(directory / "stdout.txt")),
            Json::parse(R"({"definitions":[{"uri":"package:app/x.dart"}]})"));
  EXPECT_EQ(json_in(directory / "input.json").find("config")->find("extensions")->find("hooks_runner")->to_string(),
            R"({"record_use":{"compiler":"dart2js","entry_points":["a","b"]}})");
}

TEST(Link, WarnsAboutWhatNobodyGets) {
  Workspace workspace;
  workspace.package("app", {"a"});
  workspace.package("a");
  workspace.hook("a", "link",
                 writing_hook(success_output(R"(,"assets_for_linking":{"app":[)" + metadata("k", "1") + "]}")));
  workspace.hook("app", "link", writing_hook());
  const Ended ended = workspace.grapnel({"build", "--link"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err,
              HasSubstr("warning: package 'a': its link hook sent an asset of type 'hooks/metadata' to package 'app'"));
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
  EXPECT_THAT(ended.err, HasSubstr("repeat: " + (directory / "run.sh").string()));
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

TEST(Failure, AnApplicationsLibrariesMustGoTogether) {
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
  const Ended ended = workspace.grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("'libx.so' is the file name of 'package:a/x' too"));
  EXPECT_EQ(workspace.grapnel({"build", "--link"}).exit_code, 1);  // also where no link hook runs
}

}  // namespace
