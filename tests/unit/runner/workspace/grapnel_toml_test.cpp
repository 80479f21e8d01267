// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/grapnel_toml.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <string>
#include <string_view>

namespace grapnel::workspace {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

GrapnelToml read(std::string_view text, hooks::protocol::Faults& faults) {
  return read_grapnel_toml(text, "/app", faults);
}

GrapnelToml accepted(std::string_view text) {
  hooks::protocol::Faults faults;
  GrapnelToml toml = read(text, faults);
  EXPECT_THAT(faults, IsEmpty()) << describe(faults);
  return toml;
}

std::vector<std::string> refused(std::string_view text) {
  hooks::protocol::Faults faults;
  (void)read(text, faults);
  std::vector<std::string> lines;
  for (const auto& fault : faults) lines.push_back(describe(fault));
  return lines;
}

TEST(GrapnelToml, ReadsPackagesInTheOrderOfTheFile) {
  const GrapnelToml toml = accepted(R"(
[packages.zeta]
path = "."
dependencies = ["b", "a", "b"]
dev-dependencies = ["zeta"]
[packages]
b = {path = "packages/b/../b/"}
a.path = "/elsewhere/a"
)");
  EXPECT_TRUE(toml.has_packages);
  ASSERT_THAT(toml.roots, SizeIs(3));
  ASSERT_THAT(toml.needs, SizeIs(3));
  EXPECT_EQ(toml.roots[0].name, "zeta");
  EXPECT_EQ(toml.roots[0].root, "/app");
  EXPECT_EQ(toml.needs[0].name, "zeta");
  EXPECT_THAT(toml.needs[0].dependencies, ElementsAre("b", "a"));
  EXPECT_THAT(toml.needs[0].dev_dependencies, ElementsAre("zeta"));
  EXPECT_EQ(toml.roots[1].name, "b");
  EXPECT_EQ(toml.roots[1].root, "/app/packages/b");
  EXPECT_EQ(toml.roots[2].root, "/elsewhere/a");
}

TEST(GrapnelToml, AnEmptyFileSaysNothing) {
  const GrapnelToml toml = accepted("# nothing\n[build]\nof-a-later-version = 1\n");
  EXPECT_FALSE(toml.has_packages);
  EXPECT_FALSE(toml.settings.user_defines.has_value());
  EXPECT_TRUE(toml.settings.environment.names.empty());
  EXPECT_FALSE(toml.settings.defaults.target_os.has_value());
}

TEST(GrapnelToml, NamesEveryFaultWithLineColumnAndPath) {
  EXPECT_THAT(refused(R"([packages.app]
pth = "."
dependencies = ["app", "ghost", 7, "a/b"]
dev-dependencies = "app"
[packages."../x"]
path = 7
[packages.b]
path = ""
[packages.c]
path = "a\u0000b"
[package.d]
)"),
              ElementsAre("line 1, column 11, packages.app.path: missing; expected a string",
                          "line 2, column 1, packages.app.pth: unknown key; the nearest known one is 'path'",
                          "line 3, column 24, packages.app.dependencies.1: found 'ghost', which has no table "
                          "[packages.ghost]",
                          "line 3, column 33, packages.app.dependencies.2: found an integer; expected a string",
                          "line 3, column 36, packages.app.dependencies.3: found 'a/b'; expected a name of letters, "
                          "digits, '_', '-' and '.' that begins with a letter, a digit or '_'",
                          "line 4, column 20, packages.app.dev-dependencies: found a string; expected a list",
                          "line 5, column 11, packages.../x: found '../x'; expected a name of letters, "
                          "digits, '_', '-' and '.' that begins with a letter, a digit or '_'",
                          "line 6, column 8, packages.../x.path: found an integer; expected a string",
                          "line 8, column 8, packages.b.path: found ''; expected a text without NUL",
                          "line 10, column 8, packages.c.path: found 'a\\u0000b'; expected a text without NUL",
                          "line 11, column 2, package: unknown key; the nearest known one is 'packages'"));
}

TEST(GrapnelToml, RefusesNamesThatNoPackageCanHave) {
  for (const std::string_view name : {"''", "'..'", "'a/b'", "\"a\\u0000\"", "\"a\\n\"", "'a|b'", "-a", "'é'"}) {
    EXPECT_THAT(refused("[packages." + std::string(name) + "]\npath = '.'\n"),
                ElementsAre(HasSubstr("expected a name of letters, digits, '_', '-' and '.'")))
        << name;
  }
  EXPECT_THAT(refused("[packages.a]\npath = '.'\n[packages.a]\npath = '.'\n"),
              ElementsAre(AllOf(HasSubstr("line 3"), HasSubstr("not TOML"))));
}

TEST(GrapnelToml, FaultsAreBoundedInNumberAndLength) {
  const std::string key(400'000, 'k');
  std::string list;
  for (int i = 0; i < 5000; ++i) list += "nan,";
  const std::vector<std::string> faults = refused("[user-defines." + key + "]\nx = [" + list + "]\n");
  ASSERT_EQ(faults.size(), hooks::protocol::kMaxFaults + 1);
  EXPECT_THAT(faults.front(), testing::AllOf(HasSubstr("k….x.0: found nan"), testing::SizeIs(testing::Lt(512U))));
}

TEST(GrapnelToml, ASyntaxErrorHasItsPlace) {
  EXPECT_THAT(refused("[packages.app]\npath = oops\n"), ElementsAre(HasSubstr("line 2, column 8: not TOML: ")));
  for (const std::string_view header : {"[", "[#", "[[", "[[#", "[=", "[.a]", "[]", "[ ]", "[a.]", "[\n]", "[[a]"}) {
    EXPECT_THAT(refused(header), ElementsAre(HasSubstr("line 1, column "))) << header;
  }
  EXPECT_THAT(refused("\x01"), ElementsAre(HasSubstr("line 1, column 1: not TOML: ")));
  EXPECT_THAT(refused("a = \"\xff\""), ElementsAre(HasSubstr("not TOML: ")));
  EXPECT_THAT(refused("a \uFEC6 = 1"), ElementsAre(HasSubstr("line 1, column 3: not TOML: ")));
  EXPECT_THAT(refused("a = \uFEFE"), ElementsAre(HasSubstr("line 1, column ")));
}

TEST(GrapnelToml, UserDefinesAreAnyValueThatJsonHas) {
  const GrapnelToml toml = accepted(R"([user-defines.sqlite3]
source = "system"
count = 0x1F
ratio = 1.5
on = true
list = [1, [2], {a = "b"}]
nested.key = -3
[user-defines.empty]
)");
  ASSERT_TRUE(toml.settings.user_defines.has_value());
  EXPECT_EQ(hooks::Json(toml.settings.user_defines->at("sqlite3")).to_string(),
            R"({"count":31,"list":[1,[2],{"a":"b"}],"nested":{"key":-3},"on":true,"ratio":1.5,"source":"system"})");
  EXPECT_TRUE(toml.settings.user_defines->at("empty").empty());
}

TEST(GrapnelToml, WhatJsonCannotExpressIsAFaultThatNamesTheKey) {
  EXPECT_THAT(refused(R"([user-defines.p]
day = 2026-11-22
at = 10:00:00
then = 2026-11-22T10:00:00Z
most = inf
none = {deep = [nan]}
big = 9223372036854775808
)"),
              ElementsAre(AllOf(HasSubstr("line 7"), HasSubstr("not TOML"))));
  EXPECT_THAT(refused(R"([user-defines.p]
day = 2026-11-22
at = 10:00:00
then = 2026-11-22T10:00:00Z
most = -inf
none = {deep = [nan]}
[user-defines]
q = 1
)"),
              ElementsAre(HasSubstr("line 2, column 7, user-defines.p.day: found a date, which JSON cannot express"),
                          HasSubstr("line 3, column 6, user-defines.p.at: found a time, which"),
                          HasSubstr("line 4, column 8, user-defines.p.then: found a date and time, which"),
                          HasSubstr("line 5, column 8, user-defines.p.most: found inf, which"),
                          HasSubstr("line 6, column 17, user-defines.p.none.deep.0: found nan, which"),
                          HasSubstr("line 8, column 5, user-defines.q: found an integer; expected a table")));
}

TEST(GrapnelToml, TheEnvironmentIsTheAllowListAndMore) {
  const EnvironmentPolicy more = accepted("[environment]\npass = ['VCPKG_ROOT', 'SCCACHE_*']\n").settings.environment;
  EXPECT_TRUE(more.lets_through("PATH"));
  EXPECT_TRUE(more.lets_through("VCPKG_ROOT"));
  EXPECT_FALSE(more.lets_through("VCPKG_ROOT_2"));
  EXPECT_TRUE(more.lets_through("SCCACHE_DIR"));
  EXPECT_FALSE(more.lets_through("CC"));
  EXPECT_FALSE(more.only_passes("VCPKG_ROOT"));
}

TEST(GrapnelToml, WhatOnlyPassesIsLetThroughBesideTheOthers) {
  const EnvironmentPolicy policy =
      accepted("[environment]\npass = ['CC']\npass-only = ['NPM_TOKEN', 'AWS_*']\n").settings.environment;
  EXPECT_TRUE(policy.lets_through("PATH"));
  EXPECT_TRUE(policy.lets_through("CC"));
  EXPECT_TRUE(policy.lets_through("NPM_TOKEN"));
  EXPECT_TRUE(policy.only_passes("AWS_SECRET_ACCESS_KEY"));
  EXPECT_FALSE(policy.only_passes("CC"));
}

TEST(GrapnelToml, RefusesVariablesThatCannotBe) {
  EXPECT_THAT(refused("[environment]\npass-only = ['A*B']\npass = ['', 'A=B', 'A*B', \"A\\u0000\", 1]\npas = []\n"),
              ElementsAre(HasSubstr("line 2, column 14, environment.pass-only.0: 'A*B' holds a '*'"),
                          HasSubstr("environment.pass.0: '' is empty"), HasSubstr("environment.pass.1: 'A=B' holds"),
                          HasSubstr("environment.pass.2: 'A*B' holds a '*' that is not at its end"),
                          HasSubstr("environment.pass.3: 'A\\u0000' holds a NUL"),
                          HasSubstr("environment.pass.4: found an integer; expected a string"),
                          HasSubstr("environment.pas: unknown key; the nearest known one is 'pass'")));
}

TEST(GrapnelToml, ReadsDefaults) {
  const Defaults defaults = accepted(R"([packages.app]
path = "."
[defaults]
root-package = "app"
dev-dependencies = true
linking-enabled = false
target-os = "android"
target-arch = "arm64"
link-mode-preference = "prefer_static"
asset-types = ["code", "my/type"]
sanitizer = "asan"
android-api = 34
ios-sdk = "iphonesimulator"
ios-version = 18
macos-version = 14
cc = "clang"
ar = "tools/ar"
ld = "/usr/bin/ld"
cxx = "./c++"
dart = "dart"
)")
                                .settings.defaults;
  EXPECT_EQ(defaults.root_package, "app");
  EXPECT_EQ(defaults.dev_dependencies, true);
  EXPECT_EQ(defaults.linking_enabled, false);
  EXPECT_EQ(defaults.target_os, "android");
  EXPECT_EQ(defaults.target_arch, "arm64");
  EXPECT_EQ(defaults.link_mode_preference, "prefer_static");
  EXPECT_THAT(*defaults.asset_types, ElementsAre("code", "my/type"));
  EXPECT_EQ(defaults.sanitizer, "asan");
  EXPECT_EQ(defaults.android_api, 34);
  EXPECT_EQ(defaults.ios_sdk, "iphonesimulator");
  EXPECT_EQ(defaults.ios_version, 18);
  EXPECT_EQ(defaults.macos_version, 14);
  EXPECT_EQ(defaults.cc, "clang");
  EXPECT_EQ(defaults.ar, "/app/tools/ar");
  EXPECT_EQ(defaults.ld, "/usr/bin/ld");
  EXPECT_EQ(defaults.cxx, "/app/c++");
  EXPECT_EQ(defaults.dart, "dart");
}

TEST(GrapnelToml, RefusesWrongDefaults) {
  EXPECT_THAT(refused("[defaults]\ntarget_os = 'linux'\nlink-mode-preference = 'x'\nandroid-api = '30'\n"
                      "dev-dependencies = 1\nroot-package = 'a b'\nasset-types = 'code'\n"),
              ElementsAre(HasSubstr("defaults.target_os: unknown key; the nearest known one is 'target-os'"),
                          HasSubstr("found 'x'; expected 'dynamic', 'static', 'prefer_dynamic' or 'prefer_static'"),
                          HasSubstr("defaults.android-api: found a string; expected an integer"),
                          HasSubstr("defaults.dev-dependencies: found an integer; expected a boolean"),
                          HasSubstr("defaults.root-package: found 'a b'; expected a name"),
                          HasSubstr("defaults.asset-types: found a string; expected a list")));
}

TEST(GrapnelToml, TablesThatAreNone) {
  EXPECT_THAT(refused("packages = 1\nuser-defines = []\nenvironment = ''\ndefaults = 1.5\n"),
              ElementsAre("line 1, column 12, packages: found an integer; expected a table",
                          "line 2, column 16, user-defines: found a list; expected a table",
                          "line 3, column 15, environment: found a string; expected a table",
                          "line 4, column 12, defaults: found a number; expected a table"));
}

// Each of these ends a parser that recurses without bound, or leaves a tree that nobody can destroy.
TEST(GrapnelToml, DeepTextsAreFaults) {
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_THAT(refused("a = " + repeated("[", 100'000)), ElementsAre(HasSubstr("not TOML")));
  EXPECT_THAT(refused("a = " + repeated("{a=", 100'000)), ElementsAre(HasSubstr("not TOML")));
  for (const std::string prefix :
       {"", "[", "x = {", "x = [{", "s = '''a.''''', # .\n", "s = \"a\\\".\"\n[[", "x = {y = \"\"\"a\"\"\"\"\", "}) {
    EXPECT_THAT(refused(prefix + repeated("a.", 100'000) + "a = 1"),
                ElementsAre(HasSubstr("a key with more than 64 parts")))
        << prefix;
  }
  EXPECT_THAT(refused("\n # a.b\nk = 1.5\n  " + repeated("a . ", 64) + "a = 1"), ElementsAre(HasSubstr("line 4, ")));
  // Each way has a bound; together they come further.
  EXPECT_THAT(refused("[user-defines." + repeated("a.", 61) + "a]\nb = " + repeated("[", 60) + repeated("]", 60)),
              ElementsAre(HasSubstr("nested deeper than 60 levels")));
  std::string floats = "[user-defines.p]\na = [";
  for (int i = 0; i < 1000; ++i) floats += "1.5, ";
  EXPECT_EQ(accepted(floats + "]").settings.user_defines->at("p").find("a")->as_array()->size(), 1000U);
  EXPECT_THAT(refused(std::string(kMaxTomlBytes + 1, '\n')), ElementsAre(HasSubstr("larger than 1048576 bytes")));
}

class GrapnelTomlFile : public ::testing::Test {
 protected:
  std::string refusal() const {
    try {
      (void)load_grapnel_toml(file);
      return "accepted";
    } catch (const ProjectError& error) {
      return error.what();
    }
  }
  tests::TemporaryDirectory directory;
  std::filesystem::path file = directory / "grapnel.toml";
};

TEST_F(GrapnelTomlFile, IsReadWithItsDirectory) {
  directory.write("grapnel.toml", "[packages.a]\npath = 'a'\n");
  const GrapnelToml toml = load_grapnel_toml(file);
  EXPECT_EQ(toml.settings.file, file);
  EXPECT_EQ(toml.roots.at(0).root, directory / "a");
  EXPECT_TRUE(describes_packages(file));
}

TEST_F(GrapnelTomlFile, SaysWhatIsWrong) {
  EXPECT_FALSE(describes_packages(file));
  EXPECT_THAT(refusal(), HasSubstr("grapnel.toml' does not exist"));
  directory.write("grapnel.toml", "x");
  EXPECT_TRUE(describes_packages(file)) << "whoever reads it next says what is wrong";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("grapnel.toml' is not valid:\n- line 1, "), HasSubstr("docs/workspaces.md")));
  directory.write("grapnel.toml", "[environment]\n");
  EXPECT_FALSE(describes_packages(file));
  std::filesystem::resize_file(file, kMaxTomlBytes + 1);
  EXPECT_THAT(refusal(), HasSubstr("larger than"));
  std::filesystem::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("FIFO"));
}

}  // namespace
}  // namespace grapnel::workspace
