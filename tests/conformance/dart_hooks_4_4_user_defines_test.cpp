// SPDX-License-Identifier: BSD-3-Clause
// User-defines from pubspec.yaml (spec: dart-hooks, sections 2.4 and 4.4; section 11, D24).
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using hooks::Json;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::read_text;
using tests::Workspace;
using tests::writing_hook;

class DartHooks44 : public testing::Test {
 protected:
  void SetUp() override {
    workspace_.package("app", {"lib"});
    workspace_.package("lib");
    workspace_.hook("app", "build", writing_hook());
    workspace_.hook("lib", "build", writing_hook());
  }
  void pubspec(const std::string& text) const { std::ofstream(pubspec_) << text; }
  void toml(const std::string& text) const { std::ofstream(toml_) << text; }
  Ended build(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"build", "--depfile", depfile_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return workspace_.grapnel(arguments);
  }
  // The member `user_defines` of the input of a package's hook, as JSON; empty where there is none.
  std::string defines_of(const std::string& package) const {
    const Json input = Json::parse(read_text(workspace_.hook_directory(package) / "input.json"));
    const Json* defines = input.find("user_defines");
    return defines != nullptr ? defines->to_string() : "";
  }
  static std::string defines(const std::filesystem::path& base_path, const std::string& values) {
    return "{\"workspace_pubspec\":{\"base_path\":\"" + base_path.string() + "\",\"defines\":" + values + "}}";
  }
  void expect_fault(const std::string& text, const std::string& message) const {
    pubspec(text);
    const Ended ended = build();
    EXPECT_EQ(ended.exit_code, 1) << text;
    EXPECT_THAT(ended.err, HasSubstr("build failure: '" + pubspec_.string() + "' is not valid:"));
    EXPECT_THAT(ended.err, HasSubstr(message));
  }

  Workspace workspace_;
  std::filesystem::path pubspec_ = workspace_.path() / "pubspec.yaml";
  std::filesystem::path toml_ = workspace_.path() / "grapnel.toml";
  std::filesystem::path depfile_ = workspace_.path() / "hooks.d";
};

TEST_F(DartHooks44, EachHookGetsItsPackagesOwn) {
  pubspec("hooks:\n  user_defines:\n    lib:\n      source: system\n      flags: [yes, 0x1F, ~]\n");
  ASSERT_EQ(build().exit_code, 0);
  EXPECT_EQ(defines_of("lib"), defines(pubspec_, R"({"flags":["yes",31,null],"source":"system"})"));
  EXPECT_EQ(defines_of("app"), "{}") << "there are some, but none for this package";
  EXPECT_THAT(read_text(depfile_), HasSubstr("pubspec.yaml"));
}

TEST_F(DartHooks44, WithoutAPubspecThereAreNone) {
  ASSERT_EQ(build().exit_code, 0);
  EXPECT_EQ(defines_of("lib"), "");
  EXPECT_THAT(read_text(depfile_), Not(HasSubstr("pubspec.yaml")));
}

// Dart: an uncaught exception.
TEST_F(DartHooks44, AnEmptyPubspecHasNoDefines) {
  pubspec("");
  ASSERT_EQ(build().exit_code, 0);
  EXPECT_EQ(defines_of("lib"), "{}");
}

TEST_F(DartHooks44, EveryProblemIsAProjectFaultWithItsPlace) {
  expect_fault("hooks: 1\n", "line 1, column 8, hooks: found an integer; expected a map");
  expect_fault("hooks:\n  user_defines: [1]\n", "line 2, column 17, hooks.user_defines: found a list; expected a map");
  expect_fault("hooks: {user_defines: {1: {}}}\n",
               "line 1, column 24, hooks.user_defines: found the key '1', an integer; expected a string");
  expect_fault("hooks: {user_defines: {lib: on}}\n",
               "line 1, column 29, hooks.user_defines.lib: found a string; expected a map");
  expect_fault("hooks: {user_defines: {lib: }}\n", "hooks.user_defines.lib: found null; expected a map");
  expect_fault("hooks: {user_defines: {lib: {true: 1}}}\n",
               "line 1, column 30, hooks.user_defines.lib: found the key 'true', a boolean; expected a string");
  expect_fault("hooks: [\n", "not YAML");
  expect_fault("a: 1\n---\nb: 1\n", "a second document begins here");
}

// Dart: these pass validation and break the encoding of input.json.
TEST_F(DartHooks44, WhatJsonCannotExpressNamesItsKey) {
  expect_fault("hooks: {user_defines: {lib: {k: {1: a}}}}\n",
               "hooks.user_defines.lib.k: found the key '1', an integer; expected a string");
  expect_fault("hooks: {user_defines: {lib: {k: [.inf]}}}\n", "hooks.user_defines.lib.k.0: found .inf");
  expect_fault("hooks: {user_defines: {lib: {k: .nan}}}\n", "hooks.user_defines.lib.k: found .nan");
}

TEST_F(DartHooks44, AllProblemsAreSaidAtOnce) {
  pubspec("hooks: {user_defines: {a: 1, b: {k: .inf}, 2: {}}}\n");
  const Ended ended = build();
  EXPECT_THAT(ended.err, HasSubstr("hooks.user_defines.a: found an integer"));
  EXPECT_THAT(ended.err, HasSubstr("hooks.user_defines.b.k: found .inf"));
  EXPECT_THAT(ended.err, HasSubstr("found the key '2'"));
}

// Section 4.3: an empty plan succeeds before user-defines are read.
TEST_F(DartHooks44, WithoutHooksThePubspecIsNotRead) {
  pubspec("hooks: 1\n");
  for (const std::string name : {"app", "lib"}) std::filesystem::remove_all(workspace_.root(name) / "hook");
  const Ended ended = build();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(read_text(depfile_), Not(HasSubstr("pubspec.yaml")));
}

TEST_F(DartHooks44, AFlagNamesAnotherPubspec) {
  pubspec("hooks: {user_defines: {lib: {k: default}}}\n");
  const std::filesystem::path other = workspace_.write("app", "other.yaml", "hooks: {user_defines: {lib: {k: other}}}");
  ASSERT_EQ(build({"--pubspec", other}).exit_code, 0);
  EXPECT_EQ(defines_of("lib"), defines(other, R"({"k":"other"})"));
  const Ended ended = build({"--pubspec", "/no/such/pubspec.yaml"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("'/no/such/pubspec.yaml' does not exist"));
}

// Each key from the strongest place; the base path from the pubspec.
TEST_F(DartHooks44, TheCommandLineWinsOverTheFilesKeyByKey) {
  pubspec("hooks: {user_defines: {lib: {a: pubspec, b: pubspec, c: pubspec, d: pubspec}}}\n");
  toml("[user-defines.lib]\nb = 'toml'\nc = 'toml'\nd = 'toml'\n[user-defines.app]\nk = 'toml'\n");
  const std::filesystem::path file = workspace_.write("app", "defines.json", R"({"lib":{"c":"file","d":"file"}})");
  ASSERT_EQ(build({"--user-defines", file, "--define", "lib.d=\"define\""}).exit_code, 0);
  EXPECT_EQ(defines_of("lib"), defines(pubspec_, R"({"a":"pubspec","b":"toml","c":"file","d":"define"})"));
  EXPECT_EQ(defines_of("app"), defines(toml_, R"({"k":"toml"})"));
}

TEST_F(DartHooks44, TheFileOfTheCommandLineIsADependency) {
  const std::filesystem::path file = workspace_.write("app", "defines.json", R"({"lib":{"k":1}})");
  const std::filesystem::path result = workspace_.path() / "result.json";
  const auto both_have_it = [&] {
    return read_text(depfile_).find("/packages/app/defines.json") != std::string::npos &&
           read_text(result).find("/packages/app/defines.json") != std::string::npos;
  };
  ASSERT_EQ(build({"--user-defines", "defines.json", "--result", result}).exit_code, 0);
  EXPECT_TRUE(both_have_it());
  std::filesystem::remove_all(workspace_.root("app") / "hook");
  std::filesystem::remove_all(workspace_.root("lib") / "hook");
  ASSERT_EQ(build({"--user-defines", "defines.json", "--result", result}).exit_code, 0);
  EXPECT_TRUE(both_have_it()) << "it was read, although no hook ran";
}

// A name that does not exist would make every build run again.
TEST_F(DartHooks44, WithoutAFileTheCommandLineAddsNoDependency) {
  ASSERT_EQ(build({"--define", "lib.k=1"}).exit_code, 0);
  EXPECT_THAT(read_text(workspace_.hook_directory("lib") / "input.json"), HasSubstr("/command-line\""));
  EXPECT_THAT(read_text(depfile_), Not(HasSubstr("command-line")));
}

void expect_warnings(const Ended& ended, const std::vector<std::string>& names) {
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  for (const std::string& name : names) {
    const std::string warning = "warning: package '" + name + "': there are user-defines for this package";
    const std::size_t first = ended.err.find(warning);
    EXPECT_NE(first, std::string::npos) << name << ": " << ended.err;
    EXPECT_EQ(ended.err.find(warning, first + 1), std::string::npos) << "said twice: " << ended.err;
  }
}

TEST_F(DartHooks44, AnUnknownPackageIsAWarning) {
  pubspec("hooks: {user_defines: {ghost: {k: 1}}}\n");
  toml("[user-defines.spirit]\nk = 1\n");
  expect_warnings(build({"--define", "phantom.k=1"}), {"ghost", "spirit", "phantom"});
}

TEST_F(DartHooks44, AnUnknownPackageIsAWarningWhereHooksAreLinked) {
  workspace_.hook("app", "link", writing_hook());
  pubspec("hooks: {user_defines: {ghost: {k: 1}}}\n");
  toml("[user-defines.spirit]\nk = 1\n");
  const std::filesystem::path result = workspace_.path() / "result.json";
  ASSERT_EQ(build({"--linking-enabled", "--result", result}).exit_code, 0);
  expect_warnings(workspace_.grapnel({"link", "--build-result", result, "--define", "phantom.k=1"}),
                  {"ghost", "spirit", "phantom"});
  expect_warnings(build({"--link", "--define", "phantom.k=1"}), {"ghost", "spirit", "phantom"});
}

TEST_F(DartHooks44, AnUnknownPackageIsAWarningWhereNoHookRuns) {
  pubspec("hooks: 1\n");
  toml("[user-defines.spirit]\nk = 1\n");
  for (const std::string name : {"app", "lib"}) std::filesystem::remove_all(workspace_.root(name) / "hook");
  expect_warnings(build({"--define", "phantom.k=1"}), {"spirit", "phantom"});
  expect_warnings(build({"--link", "--define", "phantom.k=1"}), {"spirit", "phantom"});
}

}  // namespace
