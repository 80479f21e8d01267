// SPDX-License-Identifier: BSD-3-Clause
// Hooks as real processes: each row of the table in hook.hpp.
#include "hooks_api/base/json.hpp"
#include "tests/paths.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string quoted(const std::filesystem::path& path) { return "'" + path.native() + "'"; }

struct End {
  int exit_code;  // -1: not by itself
  std::string error;
};

class SdkTest : public testing::Test {
 protected:
  SdkTest() { std::filesystem::create_directories(root_ / "run"); }

  // By a shell, in the directory of the test.
  [[nodiscard]] End execute(const std::string& command) const {
    const std::string line = "cd " + quoted(root_) + " && " + command + " >out 2>err";
    const int status = std::system(("(" + line + ")").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, tests::read_text(root_ / "err")};
  }
  [[nodiscard]] End execute_hook(const std::string& program = "sdk_build_hook") const {
    return execute(quoted(std::filesystem::path(tests::kProgramsDir) / program) + " --config=input.json");
  }

  void write_input(const std::string& text) const { std::ofstream(root_ / "input.json") << text; }
  // The input of a build hook; `end` is the user-define that the program obeys.
  void write_build_input(const std::string& end, const std::string& package = "p") const {
    write_input(R"({"config": {"build_asset_types": ["data_assets/data"], "linking_enabled": false},)" +
                common_members(package) +
                R"(, "user_defines": {"workspace_pubspec": {"base_path": "/ws/pubspec.yaml",)" +
                R"("defines": {"end": ")" + end + R"("}}}})");
  }
  [[nodiscard]] std::string common_members(const std::string& package = "p") const {
    return R"("out_dir_shared": ")" + (root_ / "shared/").native() + R"(", "out_file": ")" + output_file().native() +
           R"(", "package_name": ")" + package + R"(", "package_root": ")" + root_.native() + R"(/")";
  }

  [[nodiscard]] std::filesystem::path output_file() const { return root_ / "run/output.json"; }
  // The text of the member at a path of keys; "(none)" where there is none.
  [[nodiscard]] std::string output(std::initializer_list<const char*> keys) const {
    const auto document = hooks::base::parse_json(tests::read_text(output_file()));
    const Json* value = document ? &*document : nullptr;
    for (const char* key : keys) value = value != nullptr ? value->find(key) : nullptr;
    return value != nullptr ? value->to_string() : "(none)";
  }
  // Both shapes of a failure: the seed's and the one that Dart ships.
  void expect_failure(const std::string& type) const {
    EXPECT_EQ(output({"status"}), "\"failure\"");
    EXPECT_EQ(output({"type"}), "\"" + type + "\"");
    EXPECT_EQ(output({"failure_details", "type"}), "\"" + type + "\"");
  }
  void expect_what_was_added() const {
    EXPECT_EQ(output({"dependencies"}), "[\"" + (root_ / "hook/build.cpp").native() + "\"]");
    EXPECT_THAT(output({"assets_for_build"}), HasSubstr("\"directory\""));
  }

  tests::TemporaryDirectory directory_;
  const std::filesystem::path& root_ = directory_.path();
};

TEST_F(SdkTest, Success) {
  write_build_input("");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(end.error, IsEmpty());
  EXPECT_EQ(output({"status"}), "\"success\"");
  EXPECT_EQ(output({"type"}), "(none)");
  EXPECT_EQ(output({"failure_details"}), "(none)");
  expect_what_was_added();
}

TEST_F(SdkTest, TheDocumentHasTheSpecsForm) {
  write_build_input("");
  ASSERT_EQ(execute_hook().exit_code, 0);
  const std::string text = tests::read_text(output_file());
  // Two spaces, sorted keys, the timestamp of Dart's DateTime (spec dart-hooks, section 3.1).
  EXPECT_THAT(text, StartsWith("{\n  \"assets\": [],\n  \"assets_for_build\": [\n    {\n"));
  EXPECT_TRUE(std::regex_search(text, std::regex(R"("timestamp": "\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.000")"))) << text;
  const auto files = std::filesystem::directory_iterator(root_ / "run");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);  // no temporary file stays
}

TEST_F(SdkTest, TheOutputDirectoryExistsInTheCallback) {
  write_build_input("");
  ASSERT_EQ(execute_hook().exit_code, 0);
  const auto directories = std::filesystem::directory_iterator(root_ / "shared");
  EXPECT_EQ(std::distance(begin(directories), end(directories)), 1);
}

TEST_F(SdkTest, BothFormsOfTheArgument) {
  write_build_input("");
  EXPECT_EQ(
      execute(quoted(std::filesystem::path(tests::kProgramsDir) / "sdk_build_hook") + " --config input.json").exit_code,
      0);
  EXPECT_TRUE(std::filesystem::exists(output_file()));
}

TEST_F(SdkTest, BuildException) {
  write_build_input("build");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.error, StartsWith("hooks::BuildException: cannot compile add.c\nstack trace:\n#0 "));
  EXPECT_THAT(end.error, HasSubstr("throw_build()"));
  EXPECT_THAT(end.error, Not(HasSubstr("hint:")));
  expect_failure("build");
  EXPECT_EQ(output({"failure_details", "message"}), "\"cannot compile add.c\"");
  expect_what_was_added();
}

TEST_F(SdkTest, InfraExceptionWithItsCause) {
  write_build_input("infra");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.error, StartsWith("hooks::InfraException: cannot download sqlite.c\n"
                                    "caused by: std::runtime_error: connect: Connection refused\n"
                                    "stack trace:\n#0 "));
  EXPECT_THAT(end.error, HasSubstr("throw_infra()"));
  expect_failure("infra");
  EXPECT_EQ(output({"failure_details", "message"}),
            R"("cannot download sqlite.c\ncaused by: connect: Connection refused")");
  expect_what_was_added();
}

TEST_F(SdkTest, AnotherException) {
  write_build_input("out_of_range");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.error, AllOf(StartsWith("std::out_of_range: vector::"), HasSubstr("throw_out_of_range()"),
                               HasSubstr("\nhint: throw hooks::BuildException")));
  expect_failure("uncategorized");
  expect_what_was_added();
}

TEST_F(SdkTest, WhatIsNoException) {
  write_build_input("int");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.error, AllOf(StartsWith("int: 42\n"), HasSubstr("throw_int()"), HasSubstr("\nhint: ")));
  expect_failure("uncategorized");
  expect_what_was_added();
}

TEST_F(SdkTest, TheFirstExceptionDecides) {
  write_build_input("first of two builders");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.error, Not(HasSubstr("BuildException")));
  expect_failure("infra");
}

TEST_F(SdkTest, AMessageThatIsNoUtf8) {
  write_build_input("latin1");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.error, StartsWith("hooks::BuildException: caf\xe9\n"));
  EXPECT_EQ(output({"failure_details", "message"}), "\"caf\xEF\xBF\xBD\"");
}

TEST_F(SdkTest, AMessageLargerThanARunnerReads) {
  write_build_input("long message");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_GT(end.error.size(), 9U << 20U);
  expect_failure("build");
  EXPECT_THAT(output({"failure_details", "message"}), AllOf(StartsWith("\"xxx"), HasSubstr("(cut;")));
}

TEST_F(SdkTest, InvalidOutputHasALineForEachError) {
  write_build_input("unknown types");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.error,
            "the output of this hook is not valid:\n"
            "- assets.0.type: found 'my/type'; this application accepts 'data_assets/data'\n"
            "- assets.1.type: found 'my/type'; this application accepts 'data_assets/data'\n");
  expect_failure("build");
  EXPECT_THAT(output({"failure_details", "message"}), HasSubstr("assets.1.type"));
  EXPECT_THAT(output({"assets"}), HasSubstr("my/type"));  // what was added stays
}

TEST_F(SdkTest, AssetsForLinkHooksWithoutLinkingAreInvalid) {
  write_build_input("link hook");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.error, HasSubstr("\n- assets_for_linking: "));
  expect_failure("build");
}

TEST_F(SdkTest, OutputThatJsonCannotExpress) {
  write_build_input("unwritable");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.error, StartsWith("the output of this hook cannot be written as output.json: "));
  expect_failure("build");
}

TEST_F(SdkTest, AFailureIsWrittenEvenWhereItsOutputCannotBe) {
  write_build_input("unwritable, then infra");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 2);
  expect_failure("infra");
}

TEST_F(SdkTest, NoArgument) {
  const End end = execute(quoted(std::filesystem::path(tests::kProgramsDir) / "sdk_build_hook"));
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.error, StartsWith("input.json: no --config=<path> argument."));
  EXPECT_FALSE(std::filesystem::exists(output_file()));
}

TEST_F(SdkTest, NoInput) {
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_EQ(end.error, "input.json: cannot open 'input.json': No such file or directory\n");
}

TEST_F(SdkTest, InputThatIsNoFile) {
  std::filesystem::create_directory(root_ / "input.json");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.error, AllOf(StartsWith("input.json: "), HasSubstr("it is a directory")));
}

TEST_F(SdkTest, InputThatIsNoJson) {
  write_input("{\n  \"config\": nonsense\n}");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.error, AllOf(StartsWith("input.json: 'input.json' is not JSON: line 2, column "), HasSubstr(": ")));
  EXPECT_FALSE(std::filesystem::exists(output_file()));
}

TEST_F(SdkTest, InvalidInputIsReportedWhereOutFileIsKnown) {
  write_input(R"({"config": {"build_asset_types": "data", "linking_enabled": 1},)" + common_members() + "}");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_EQ(end.error,
            "input.json: 'input.json' is not the input of a build hook:\n"
            "- config.build_asset_types: found a string; expected a list\n"
            "- config.linking_enabled: found an integer; expected a boolean\n");
  expect_failure("uncategorized");
  EXPECT_THAT(output({"failure_details", "message"}), HasSubstr("config.linking_enabled"));
}

TEST_F(SdkTest, InvalidInputWithoutOutFile) {
  write_input("{}");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_THAT(end.error, HasSubstr("\n- out_file: missing; expected "));
  EXPECT_FALSE(std::filesystem::exists(output_file()));
}

TEST_F(SdkTest, AnOutputDirectoryThatCannotBeMadeIsInfra) {
  write_build_input("");
  std::ofstream(root_ / "shared") << "a file in its place";
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.error, StartsWith("hooks::InfraException: cannot create directory '"));
  expect_failure("infra");
}

TEST_F(SdkTest, OutputJsonThatCannotBeWrittenIsInfra) {
  write_build_input("");
  std::filesystem::remove(root_ / "run");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.error, AllOf(StartsWith("output.json: cannot write '"), HasSubstr("No such file or directory")));
}

TEST_F(SdkTest, AFailureKeepsItsExitCodeWhereOutputJsonCannotBeWritten) {
  write_build_input("build");
  std::filesystem::remove(root_ / "run");
  const End end = execute_hook();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_THAT(end.error, AllOf(StartsWith("hooks::BuildException: "), HasSubstr("\noutput.json: cannot write '")));
}

TEST_F(SdkTest, AFullDiskIsInfra) {
  write_build_input("");
  EXPECT_TRUE(tests::with_tmpfs(root_ / "run", "size=4k", [&] {
    std::ofstream(root_ / "run/full") << std::string(1 << 20U, 'x');
    const End end = execute_hook();
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.error, AllOf(HasSubstr("output.json: cannot write '"), HasSubstr("No space left on device")));
  }));
}

TEST_F(SdkTest, LinkHook) {
  write_input(R"({"config": {"build_asset_types": ["data_assets/data"]}, "assets": [{"type": "data_assets/data",)"
              R"("encoding": {"file": "/f", "name": "n", "package": "q"}}], "assets_from_linking": [],)" +
              common_members() + "}");
  const End end = execute_hook("sdk_link_hook");
  EXPECT_EQ(end.exit_code, 0) << end.error;
  EXPECT_EQ(output({"assets"}), R"([{"encoding":{"file":"/f","name":"n","package":"q"},"type":"data_assets/data"}])");
  EXPECT_EQ(output({"assets_for_build"}), "(none)");
}

TEST_F(SdkTest, ALinkHookWithTheInputOfABuildHook) {
  write_input(R"({"config": {"build_asset_types": []}, "assets": {},)" + common_members() + "}");
  const End end = execute_hook("sdk_link_hook");
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_EQ(end.error,
            "input.json: 'input.json' is not the input of a link hook:\n- assets: found an object; expected a list\n");
}

// With each compiler that is there, as the runner compiles a hook; a sanitizer build fits its own compiler alone.
TEST_F(SdkTest, TracesNameStaticFunctionsWithEachCompiler) {
  std::vector<std::string> compilers{tests::kCxxCompiler};
  if (std::string(tests::kSanitize).empty()) compilers = {"g++", "clang++"};
  const std::filesystem::path sdk = tests::kSdkDir;
  write_build_input("", "three");
  for (const std::string& compiler : compilers) {
    SCOPED_TRACE(compiler);
    if (execute("command -v " + compiler).exit_code != 0) continue;
    const End compile =
        execute(compiler + " -O1 -std=c++20 -I" + quoted(sdk / "include") + " " +
                quoted(std::filesystem::path(tests::kSourceDir) / "tests/programs/sdk_static_function_throws.cpp") +
                " -o hook -L" + quoted(sdk / "lib") + " -lgrapnel-hooks $(cat " +
                quoted(sdk / "share/grapnel/hook-flags.txt") + ")");
    ASSERT_EQ(compile.exit_code, 0) << compile.error;
    const End end = execute("./hook --config=input.json");
    EXPECT_EQ(end.exit_code, 255);
    EXPECT_THAT(end.error, AllOf(StartsWith("std::invalid_argument: stoi\n"), HasSubstr(" parse_version(")));
  }
}

}  // namespace
