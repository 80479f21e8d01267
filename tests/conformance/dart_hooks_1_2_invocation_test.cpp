// SPDX-License-Identifier: BSD-3-Clause
// How a hook is started (spec: dart-hooks, section 1.2), and what its input then says (2.1, 2.9).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Ended;
using tests::read_text;
using tests::shell_hook;
using tests::success_output;
using tests::Workspace;

// Prints all that a process can see of how it was started.
std::string looking_hook() {
  return shell_hook(
      "pwd; printf '%s\\n' \"$@\"; env; cat\n"  // cat ends at once: standard input is empty
      "echo 'to stderr' >&2\n"
      "echo '" +
      success_output() + "' > \"$out\"");
}

TEST(DartHooks12, ABuildHookHasItsRootOneArgumentAndTheFilteredEnvironment) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", looking_hook());
  const Ended ended =
      workspace.grapnel({"build", "--console", "none", "--target-os", "android", "--android-api", "33", "--target-arch",
                         "arm64", "--asset-type", "code", "--extension", "my_extension={\"a\":[1]}"},
                        {"MY_VARIABLE=1", "CARGO_HOME=/c", "http_proxy=http://p/"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");

  const std::filesystem::path directory = workspace.hook_directory("app");
  const std::string out = read_text(directory / "stdout.txt");
  EXPECT_THAT(out,
              StartsWith(workspace.root("app").string() + "\n--config=" + (directory / "input.json").string() + "\n"));
  EXPECT_THAT(out, HasSubstr("CARGO_HOME=/c\n"));
  EXPECT_THAT(out, HasSubstr("http_proxy=http://p/\n"));
  EXPECT_THAT(out, Not(HasSubstr("MY_VARIABLE")));
  EXPECT_EQ(read_text(directory / "stderr.txt"), "to stderr\n");

  const Json input = Json::parse(read_text(directory / "input.json"));
  EXPECT_EQ(*input.find("config"), Json::parse(R"({"build_asset_types":["code_assets/code"],
    "extensions":{"code_assets":{"android":{"target_ndk_api":33},"link_mode_preference":"dynamic",
                                 "target_architecture":"arm64","target_os":"android"},
                  "my_extension":{"a":[1]}},
    "linking_enabled":false})"));
  EXPECT_EQ(*input.find("package_root"), Json(workspace.root("app").string() + "/"));
  EXPECT_EQ(*input.find("out_dir_shared"), Json((workspace.state() / "shared/app/build").string() + "/"));
  EXPECT_EQ(*input.find("out_file"), Json((directory / "output.json").string()));
  EXPECT_EQ(*input.find("assets"), Json(Json::Object{}));
  EXPECT_EQ(input.find("version"), nullptr);
}

TEST(DartHooks12, NoShellSeesAPath) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "build", shell_hook("printf '%s' \"$1\"; exit 1"));
  // Below a directory whose name a shell would act on.
  const std::filesystem::path moved = workspace.path() / "it's $HOME; `touch here` & \"é";
  std::filesystem::create_directory(moved);
  for (const char* name : {"packages", ".dart_tool"}) {
    std::filesystem::rename(workspace.path() / name, moved / name);
  }
  EXPECT_EQ(tests::run({tests::kGrapnel, "build"}, moved / "packages/app", workspace.path()).exit_code, 1);
  for (const auto& entry : std::filesystem::directory_iterator(moved / ".dart_tool/hooks_runner/app")) {
    if (entry.is_symlink()) continue;  // latest-build
    EXPECT_EQ(read_text(entry.path() / "stdout.txt"), "--config=" + (entry.path() / "input.json").string());
  }
  EXPECT_FALSE(std::filesystem::exists(moved / "packages/app/here"));
}

TEST(DartHooks12, ALinkHookHasTheRecordingAsItsSecondArgument) {
  Workspace workspace;
  workspace.package("app");
  workspace.hook("app", "link", looking_hook());
  const std::filesystem::path uses = workspace.write("app", "uses.json", "{}");
  const Ended ended = workspace.grapnel({"build", "--link", "--recorded-uses", uses});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::filesystem::path directory = workspace.hook_directory("app");
  EXPECT_THAT(read_text(directory / "stdout.txt"),
              HasSubstr("\n--config=" + (directory / "input.json").string() + "\n" +
                        (directory / "recorded_uses.json").string() + "\n"));
}

}  // namespace
