// SPDX-License-Identifier: BSD-3-Clause
// Workspaces without Dart: grapnel.toml through the real executable.
#include "tests/support/workspace.hpp"

#include <grapnel/runner.hpp>

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
using tests::writing_hook;

class TomlWorkspace : public testing::Test {
 protected:
  void toml(const std::string& text) const { directory_.write("grapnel.toml", text); }
  void hook(const std::string& package, const std::string& kind, const std::string& script) const {
    directory_.write_executable("packages/" + package + "/hook/" + kind, script);
  }
  // app -> lib, both with a build hook that notes its package's name.
  void two_packages(const std::string& more = "") const {
    toml("[packages.app]\npath = 'packages/app'\ndependencies = ['lib']\n[packages.lib]\npath = 'packages/lib'\n" +
         more);
    for (const std::string name : {"app", "lib"}) hook(name, "build", noting_hook(name));
  }
  std::string noting_hook(const std::string& name) const {
    return shell_hook("echo " + name + " >> '" + order_.string() + "'\necho '" + success_output() + "' > \"$out\"");
  }
  Ended grapnel(const std::vector<std::string>& arguments, const std::filesystem::path& from = "packages/app",
                const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> command{tests::kGrapnel};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return tests::run(command, directory_ / from, directory_.path(), tests::environment_with(environment));
  }
  Json input_of(const std::string& package) const {
    for (const auto& entry : std::filesystem::directory_iterator(directory_ / ".grapnel/hooks_runner" / package)) {
      return Json::parse(read_text(entry.path() / "input.json"));
    }
    ADD_FAILURE() << "no hook of " << package << " ran";
    return {};
  }

  tests::TemporaryDirectory directory_;
  std::filesystem::path order_ = directory_ / "order";
};

TEST_F(TomlWorkspace, RunsHooksAndKeepsItsStateInItsOwnDirectory) {
  two_packages();
  const std::filesystem::path depfile = directory_ / "hooks.d";
  const Ended ended = grapnel({"build", "--depfile", depfile});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(order_), "lib\napp\n");
  EXPECT_TRUE(std::filesystem::exists(directory_ / ".grapnel/hooks_runner/shared/lib/build"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / ".dart_tool"));
  EXPECT_THAT(read_text(depfile), HasSubstr("grapnel.toml"));
  EXPECT_EQ(*input_of("app").find("package_root")->as_string(), (directory_ / "packages/app/").string());
}

TEST_F(TomlWorkspace, ProgramsOfHooksLieBesideTheState) {
  toml("[packages.app]\npath = 'packages/app'\n");
  directory_.write("packages/app/hook/build.cpp",
                   "#include <hooks/hooks.hpp>\nint main(int argc, char** argv) {\n  return hooks::build(argc, argv, "
                   "[](const hooks::BuildInput&, hooks::BuildOutputBuilder&) {});\n}\n");
  const Ended ended = grapnel({"build"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(std::filesystem::exists(directory_ / ".grapnel/programs/app/build/program"));
}

TEST_F(TomlWorkspace, AHookInDartNeedsAPackageConfig) {
  toml("[packages.app]\npath = 'packages/app'\n");
  directory_.write("packages/app/hook/build.dart", "void main() {}\n");
  const Ended ended = grapnel({"build"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("build.dart' is a hook in Dart, which needs a package_config.json"));
}

TEST_F(TomlWorkspace, FaultsAreBuildFailuresWithTheirPlaces) {
  toml("[packages.app]\npath = 'packages/app'\ndependecies = []\n");
  std::filesystem::create_directories(directory_ / "packages/app");
  const std::filesystem::path result = directory_ / "result.json";
  const Ended ended = grapnel({"build", "--result", result});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err,
              HasSubstr("- line 3, column 1, packages.app.dependecies: unknown key; the nearest known one is "
                        "'dependencies'"));
  EXPECT_THAT(read_text(result), HasSubstr("dependecies"));
  toml("oops");
  EXPECT_THAT(grapnel({"build"}).err, HasSubstr("line 1, column"));
  toml("[packages.app]\npath = 'packages/ap'\n");
  EXPECT_THAT(grapnel({"build", "--root-package", "app"}).err,
              AllOf(HasSubstr("packages/ap' does not exist. Correct its path in"), HasSubstr("grapnel.toml'")));
  toml("[defaults]\n");
  EXPECT_THAT(grapnel({"build", "--workspace", directory_ / "grapnel.toml"}).err, HasSubstr("has no packages"));
  EXPECT_THAT(grapnel({"build"}).err, HasSubstr("no grapnel.toml with packages"));
  EXPECT_THAT(grapnel({"build", "--workspace", "/no/such.toml"}).err, HasSubstr("'/no/such.toml' does not exist"));
}

TEST_F(TomlWorkspace, DefaultsHoldWhereNoFlagIsGiven) {
  two_packages(
      "dev-dependencies = []\n[packages.tool]\npath = 'packages/tool'\n[defaults]\nroot-package = 'lib'\n"
      "target-os = 'android'\ntarget-arch = 'arm64'\nandroid-api = 34\nlink-mode-preference = 'static'\n"
      "asset-types = ['code']\nlinking-enabled = true\nsanitizer = 'asan'\n");
  ASSERT_EQ(grapnel({"build"}).exit_code, 0);
  EXPECT_EQ(read_text(order_), "lib\n") << "the run package is the default, not the one around";
  EXPECT_EQ(input_of("lib").find("config")->to_string(),
            R"({"build_asset_types":["code_assets/code"],"extensions":{"code_assets":{"android":{"target_ndk_api":34},)"
            R"("link_mode_preference":"static","sanitizer":"asan","target_architecture":"arm64",)"
            R"("target_os":"android"}},"linking_enabled":true})");
  std::filesystem::remove_all(directory_ / ".grapnel");
  ASSERT_EQ(grapnel({"build", "--root-package", "app", "--target-os", "linux", "--no-linking-enabled", "--asset-type",
                     "data"})
                .exit_code,
            0);
  EXPECT_EQ(read_text(order_), "lib\nlib\napp\n");
  EXPECT_EQ(input_of("app").find("config")->to_string(),
            R"({"build_asset_types":["data_assets/data"],"linking_enabled":false})");
}

TEST_F(TomlWorkspace, DevDependenciesAsTheDefaultCanBeSwitchedOff) {
  toml(
      "[packages.app]\npath = 'packages/app'\ndev-dependencies = ['lib']\n[packages.lib]\npath = 'packages/lib'\n"
      "[defaults]\ndev-dependencies = true\n");
  for (const std::string name : {"app", "lib"}) hook(name, "build", noting_hook(name));
  ASSERT_EQ(grapnel({"build"}).exit_code, 0);
  EXPECT_EQ(read_text(order_), "lib\napp\n");
  ASSERT_EQ(grapnel({"build", "--no-dev-dependencies"}).exit_code, 0);
  EXPECT_EQ(read_text(order_), "lib\napp\napp\n");
}

TEST_F(TomlWorkspace, ToolsOfTheDefaultsAreTold) {
  two_packages("[defaults]\ncc = 'tools/my cc'\n");
  const auto cc = directory_.write_executable("tools/my cc", "#!/bin/sh\n");
  const Ended ended = grapnel({"build"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(input_of("app").to_string(), HasSubstr("\"cc\":\"" + cc.string() + "\""));
}

TEST_F(TomlWorkspace, LinkReadsTheSameDefaults) {
  two_packages("[defaults]\ntarget-arch = 'riscv64'\nlinking-enabled = true\n");
  hook("lib", "link", noting_hook("link"));
  const std::filesystem::path result = directory_ / "result.json";
  ASSERT_EQ(grapnel({"build", "--result", result}).exit_code, 0);
  const Ended ended = grapnel({"link", "--build-result", result});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(read_text(order_), "lib\napp\nlink\n");
}

TEST_F(TomlWorkspace, UserDefinesComeFromTheFileAndTheCommandLine) {
  two_packages("[user-defines.lib]\nsource = 'system'\nlevel = 1\n");
  ASSERT_EQ(grapnel({"build", "--define", "lib.level=2"}).exit_code, 0);
  EXPECT_EQ(input_of("lib").find("user_defines")->to_string(),
            "{\"workspace_pubspec\":{\"base_path\":\"" + (directory_ / "grapnel.toml").string() +
                "\",\"defines\":{\"level\":2,\"source\":\"system\"}}}");
  EXPECT_EQ(input_of("app").find("user_defines")->to_string(), "{}");
}

TEST_F(TomlWorkspace, APubspecIsReadOnlyWhereItIsNamed) {
  two_packages();
  const auto pubspec = directory_.write("pubspec.yaml", "hooks: {user_defines: {lib: {k: 1}}}\n");
  ASSERT_EQ(grapnel({"build"}).exit_code, 0);
  EXPECT_EQ(input_of("lib").find("user_defines"), nullptr);
  ASSERT_EQ(grapnel({"build", "--pubspec", pubspec}).exit_code, 0);
  EXPECT_THAT(input_of("lib").find("user_defines")->to_string(), HasSubstr("{\"k\":1}"));
}

TEST_F(TomlWorkspace, VariablesArePassedToHooksAndTheirCompilers) {
  two_packages("[environment]\npass = ['FROM_FILE']\n");
  hook("lib", "build",
       shell_hook("[ \"$FROM_FILE$FROM_FLAG\" = ab ] || exit 1\necho '" + success_output() + "' > \"$out\""));
  const Ended ended =
      grapnel({"build", "--pass-env", "FROM_FLAG"}, "packages/app", {"FROM_FILE=a", "FROM_FLAG=b", "OTHER=c"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(TomlWorkspace, InOneDirectoryItWinsOverDartsFilesWhereItHasPackages) {
  two_packages();
  directory_.write(".dart_tool/package_config.json",
                   R"({"configVersion":2,"packages":[{"name":"dart","rootUri":"../packages/app"}]})");
  directory_.write(".dart_tool/package_graph.json", R"({"packages":[{"name":"dart","dependencies":[]}]})");
  ASSERT_EQ(grapnel({"build"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(directory_ / ".grapnel/hooks_runner/app"));
  // Named by the flag, Dart's files count, and nothing of a grapnel.toml that is a workspace of its own.
  const Ended ended = grapnel({"build", "--workspace", directory_ / ".dart_tool/package_config.json"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(std::filesystem::exists(directory_ / ".dart_tool/hooks_runner/dart"));
}

TEST_F(TomlWorkspace, BesideADartWorkspaceItGivesSettings) {
  toml("[defaults]\ntarget-arch = 'riscv64'\n[user-defines.dart]\nk = 1\n[environment]\npass = ['FROM_FILE']\n");
  directory_.write(".dart_tool/package_config.json",
                   R"({"configVersion":2,"packages":[{"name":"dart","rootUri":"../packages/app"}]})");
  directory_.write(".dart_tool/package_graph.json", R"({"packages":[{"name":"dart","dependencies":[]}]})");
  hook("app", "build",
       shell_hook("[ \"$FROM_FILE\" = a ] || exit 1\ncp \"$config\" '" + order_.string() + "'\necho '" +
                  success_output() + "' > \"$out\""));
  const std::filesystem::path depfile = directory_ / "hooks.d";
  const Ended ended = grapnel({"build", "--depfile", depfile}, "packages/app", {"FROM_FILE=a"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(read_text(order_), AllOf(HasSubstr("riscv64"), HasSubstr("\"k\": 1"),
                                       HasSubstr("\"base_path\": \"" + (directory_ / "grapnel.toml").string())));
  EXPECT_THAT(read_text(depfile), HasSubstr("grapnel.toml"));
  toml("[defaults]\ntarget-arhc = 'riscv64'\n");
  const Ended wrong = grapnel({"build"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("the nearest known one is 'target-arch'"));
}

// The library has the same by itself; a given environment is used as it is.
TEST_F(TomlWorkspace, TheLibraryReadsItToo) {
  two_packages("[environment]\npass = ['GRAPNEL_TEST_FILE']\n");
  const std::filesystem::path seen = directory_ / "seen";
  hook("lib", "build",
       shell_hook("env | grep GRAPNEL_TEST_ | sort > '" + seen.string() + "'\necho '" + success_output() +
                  "' > \"$out\""));
  ASSERT_EQ(::setenv("GRAPNEL_TEST_FILE", "1", 1), 0);
  ASSERT_EQ(::setenv("GRAPNEL_TEST_OPTION", "2", 1), 0);
  ASSERT_EQ(::setenv("GRAPNEL_TEST_OTHER", "3", 1), 0);
  grapnel::RunnerOptions options{.package_config = directory_ / "grapnel.toml", .root_package = "app"};
  options.pass_environment = {"GRAPNEL_TEST_OPT*"};
  const grapnel::BuildRequest request{.asset_types = {"data_assets/data"}};
  const grapnel::BuildResult result = grapnel::Runner(options).build(request);
  EXPECT_TRUE(result.outcome.success()) << result.outcome.reason;
  EXPECT_EQ(read_text(seen), "GRAPNEL_TEST_FILE=1\nGRAPNEL_TEST_OPTION=2\n");
  EXPECT_THAT(result.dependencies, testing::Contains(directory_ / "grapnel.toml"));
  options.environment = {"PATH=/usr/bin:/bin", "GRAPNEL_TEST_OTHER=3"};
  EXPECT_TRUE(grapnel::Runner(options).build(request).outcome.success());
  EXPECT_EQ(read_text(seen), "GRAPNEL_TEST_OTHER=3\n");
  options.pass_environment = {"A*B"};
  EXPECT_THROW(grapnel::Runner{options}, std::invalid_argument);
}

}  // namespace
