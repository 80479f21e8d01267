// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/shell.hpp"

#include "hooks_api/base/spawn.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace grapnel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::TemporaryDirectory;

/// What /bin/sh makes of a script, in an environment of our own.
hooks::base::ToolResult run_script(const TemporaryDirectory& directory, const std::string& text,
                                   std::vector<std::string> environment = {}) {
  hooks::base::SpawnRequest request;
  request.executable = "/bin/sh";
  request.arguments = {"sh", directory.write("run.sh", text).native()};
  request.environment = std::move(environment);
  request.environment.emplace_back("PATH=/usr/bin:/bin");
  request.environment.emplace_back("NOT_WANTED=1");
  return hooks::base::run_tool(request).value();
}

const std::vector<std::string> kOddWords{"",         " ",  "a b",  "it's",  "'",   "\"",  "\\",    "$HOME", "`id`",
                                         "a\nb",     "*",  "~",    "a;b",   "a&b", "#x",  "-n",    "=x",    "a=b",
                                         "\xff\x01", "!x", "ünï",  "{a,b}", "\t",  "\\n", "$(id)", "''",    "a\\'b",
                                         "%s",       "\r", "\\\\", "~/x",   "|",   ">f"};

TEST(ShellQuote, LeavesPlainWords) {
  EXPECT_EQ(shell_quote("/usr/bin/c++"), "/usr/bin/c++");
  EXPECT_EQ(shell_quote("-DA=1,2:3@4%_-"), "-DA=1,2:3@4%_-");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
}

TEST(ShellQuote, SurvivesAShell) {
  const TemporaryDirectory directory;
  for (const auto& word : kOddWords) {
    EXPECT_EQ(run_script(directory, "printf '[%s]' " + shell_quote(word)).output, "[" + word + "]");
  }
}

TEST(CommandLine, IsOneLineOfWords) { EXPECT_EQ(command_line({"a", "b c", ""}), "a 'b c' ''"); }

/// The script for `show` and what it prints.
std::string repeated(const TemporaryDirectory& directory, const std::vector<std::string>& arguments,
                     const Environment& environment, std::vector<std::string> environment_of_the_script = {}) {
  const auto script = repeat_script(tests::program("show"), arguments, environment, directory.path());
  const auto result = run_script(directory, script, std::move(environment_of_the_script));
  EXPECT_EQ(result.exit_code, 0) << script << result.output;
  return result.output;
}

TEST(RepeatScript, RepeatsArgumentsEnvironmentAndDirectory) {
  const TemporaryDirectory directory;
  std::vector<std::string> arguments{tests::program("show").native()};
  arguments.insert(arguments.end(), kOddWords.begin(), kOddWords.end());
  Environment environment{"-x=dash", "A B=not an identifier", "a.b-c=neither", "PLAIN=1"};
  std::string expected;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    expected += "argv[" + std::to_string(i) + "]=" + arguments[i] + "\n";
  }
  for (std::size_t i = 0; i < kOddWords.size(); ++i) {
    environment.push_back("V" + std::to_string(i) + "=" + kOddWords[i]);
  }
  for (const auto& variable : environment) expected += "env:" + variable + "\n";
  expected += "cwd=" + directory.path().native() + "\nfd 0=/dev/null\n";
  EXPECT_THAT(repeated(directory, arguments, environment), HasSubstr(expected));
}

TEST(RepeatScript, AsksForSecrets) {
  const TemporaryDirectory directory;
  const std::vector<std::string> arguments{"show"};
  const Environment environment{"A_TOKEN=hunter2", "HTTP_PROXY=http://me:swordfish@proxy:1", "MY-KEY=k\"e`y",
                                "1KEY=one"};
  const auto script = repeat_script(tests::program("show"), arguments, environment, directory.path());
  EXPECT_THAT(script, AllOf(HasSubstr("A_TOKEN=\"${A_TOKEN:?}\""), HasSubstr("HTTP_PROXY=\"${HTTP_PROXY:?}\""),
                            HasSubstr("MY-KEY=\"${MY_KEY:?}\""), HasSubstr("1KEY=\"${_1KEY:?}\""),
                            Not(HasSubstr("hunter2")), Not(HasSubstr("swordfish")), Not(HasSubstr("k\"e"))));

  EXPECT_THAT(repeated(directory, arguments, environment,
                       {"A_TOKEN=hunter2", "HTTP_PROXY=http://me:swordfish@proxy:1", "MY_KEY=k\"e`y", "_1KEY=one"}),
              HasSubstr("env:A_TOKEN=hunter2\nenv:HTTP_PROXY=http://me:swordfish@proxy:1\nenv:MY-KEY=k\"e`y\n"
                        "env:1KEY=one\ncwd="));

  const auto refused = run_script(directory, script, {"A_TOKEN=x"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.output, AllOf(HasSubstr("HTTP_PROXY"), Not(HasSubstr("argv"))));
}

TEST(RepeatScript, AsksForWhatOnlyPasses) {
  const auto script =
      repeat_script("/p", {"p"}, {"LOGIN=1", "OTHER=2"}, "/", EnvironmentPolicy{.pass_only = {"LOGIN"}});
  EXPECT_THAT(script, AllOf(HasSubstr("LOGIN=\"${LOGIN:?}\""), HasSubstr("OTHER=2"), Not(HasSubstr("LOGIN=1"))));
}

TEST(RepeatScript, TakesAnEqualsSignInTheProgramsPath) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "a=b");
  std::filesystem::copy_file(tests::program("show"), directory / "a=b/show");
  const auto script = repeat_script(directory / "a=b/show", {"show", "x"}, {"PATH=/usr/bin:/bin"}, directory.path());
  EXPECT_THAT(run_script(directory, script).output, HasSubstr("argv[1]=x\nenv:PATH=/usr/bin:/bin\ncwd="));
}

TEST(RepeatScript, StopsWhereTheDirectoryIsGone) {
  const TemporaryDirectory directory;
  const auto script = repeat_script(tests::program("show"), {"show"}, {}, directory / "gone");
  const auto result = run_script(directory, script);
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.output, Not(HasSubstr("argv")));
}

}  // namespace
}  // namespace grapnel
