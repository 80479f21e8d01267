// SPDX-License-Identifier: BSD-3-Clause
// The forms that a hook can have, through the real executable. No real Dart was ever run here: a script stands in its
// place, checks what it is given and writes what Dart would.
#include "tests/paths.hpp"
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHook =
    "#include <hooks/hooks.hpp>\n"
    "int main(int argc, char** argv) {\n"
    "  return hooks::build(argc, argv, [](const auto& input, auto& output) {\n"
    "    output.assets().add(hooks::DataAsset{input.package_name(), \"file\", input.package_root() / \"data\"});\n"
    "  });\n"
    "}\n";

class Forms : public ::testing::Test {
 protected:
  [[nodiscard]] tests::Ended build(std::vector<std::string> arguments = {},
                                   const std::vector<std::string>& environment = {}) const {
    arguments.insert(arguments.begin(), {"build", "--asset-type", "data_assets/data", "--cxx", tests::kCxxCompiler,
                                         "--sdk", tests::kSdkDir, "--result", result.string()});
    return workspace.grapnel(arguments, environment);
  }
  void package(const std::string& name, std::vector<std::string> dependencies = {}) {
    workspace.package(name, std::move(dependencies));
    workspace.write(name, "data", name);
  }

  tests::Workspace workspace;
  fs::path result = workspace.path() / "result.json";
};

TEST_F(Forms, OneRunMixesThem) {
  package("app", {"source", "project", "script"});
  package("source");
  package("project");
  package("script");
  workspace.write("source", "hook/build.cpp", kHook);
  workspace.write("project", "hook/main.cpp", kHook);
  workspace.write("project", "hook/CMakeLists.txt",
                  "cmake_minimum_required(VERSION 3.20)\n"
                  "project(hook CXX)\n"
                  "find_package(grapnel REQUIRED COMPONENTS hooks)\n"
                  "add_executable(build main.cpp)\n"
                  "target_link_libraries(build PRIVATE grapnel::hooks)\n");
  workspace.hook("script", "build", tests::writing_hook());
  const tests::Ended ended = build();
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(tests::read_text(result), AllOf(HasSubstr((workspace.root("source") / "data").string()),
                                              HasSubstr((workspace.root("project") / "data").string())));
}

TEST_F(Forms, AProjectThatDoesNotCompileShowsTheCompilersMessage) {
  package("app");
  workspace.write("app", "hook/main.cpp", "int main() { return not_declared; }\n");
  workspace.write("app", "hook/CMakeLists.txt",
                  "cmake_minimum_required(VERSION 3.20)\nproject(hook CXX)\nadd_executable(build main.cpp)\n");
  const tests::Ended ended = build();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("app"), HasSubstr("not_declared"), HasSubstr("run.sh")));
}

TEST_F(Forms, AMissingToolIsAnInfraFailure) {
  package("app");
  workspace.write("app", "hook/build.dart", "");
  const tests::Ended ended = build({"--dart", "/nowhere/dart"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("/nowhere/dart"), HasSubstr("--dart")));
}

class Dart : public Forms {
 protected:
  /// Appends what it is given to a report; compiles to a "kernel", runs it by writing a valid output.json.
  Dart() {
    const std::string script =
        "#!/bin/sh\n"
        "{ pwd; for a; do echo \"<$a>\"; done; env | grep -c -E '^(SECRET|CARGO)_OF_A_TEST='; } >>'" +
        report.string() +
        "'\n"
        "if [ \"$1\" = compile ]; then\n"
        "  kernel=${4#--output=}\n"
        "  echo kernel >\"$kernel\"; echo \"$kernel: $6\" >\"${5#--depfile=}\"\n"
        "else\n"
        "  [ \"$(cat \"$2\")\" = kernel ] || exit 253\n"
        "  out=$(sed -n 's/^  \"out_file\": \"\\(.*\\)\",*$/\\1/p' \"${3#--config=}\")\n"
        "  echo '" +
        tests::success_output() +
        "' >\"$out\"\n"
        "fi\n";
    workspace.package("app");
    dart = workspace.write("app", "dart", script);
    fs::permissions(dart, fs::perms::owner_all);
    workspace.write("app", "hook/build.dart", "");
  }

  fs::path report = workspace.path() / "report";
  fs::path dart;
};

TEST_F(Dart, IsCompiledAndRunInTwoProcesses) {
  const tests::Ended ended = build({"--dart", dart.string()}, {"SECRET_OF_A_TEST=hidden", "CARGO_OF_A_TEST=allowed"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const fs::path directory = workspace.hook_directory("app");
  const std::string packages = "<--packages=" + (workspace.path() / ".dart_tool/package_config.json").string() + ">\n";
  const std::string kernel =
      (workspace.path() / ".dart_tool/hooks_runner/.grapnel/programs/app/build/hook.dill").string();
  EXPECT_EQ(tests::read_text(report),
            // Step A, in the workspace's root.
            workspace.path().string() + "\n<compile>\n<kernel>\n" + packages + "<--output=" + kernel +
                ".new>\n<--depfile=" + kernel + ".d>\n<" + (workspace.root("app") / "hook/build.dart").string() +
                ">\n1\n" +
                // Step B, in the package's.
                workspace.root("app").string() + "\n" + packages + "<" + kernel +
                ">\n<--config=" + (directory / "input.json").string() + ">\n1\n");
}

TEST_F(Dart, ANativeFormBesideItWinsAndThatIsSaid) {
  workspace.hook("app", "build", tests::writing_hook());
  const tests::Ended quiet = build({"--dart", dart.string()});
  EXPECT_EQ(quiet.exit_code, 0) << quiet.err;
  EXPECT_THAT(quiet.err, Not(HasSubstr("build.dart")));
  EXPECT_FALSE(fs::exists(report));
  EXPECT_THAT(build({"--dart", dart.string(), "-v"}).err, HasSubstr("build.dart"));
}

}  // namespace
