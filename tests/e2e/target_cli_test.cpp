// SPDX-License-Identifier: BSD-3-Clause
// The command line of `grapnel target` by itself: help, and what is refused before anything is built.
#include "tests/support/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Ended;

class TargetCli : public testing::Test {
 protected:
  Ended target(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "target");
    return workspace_.grapnel(arguments);
  }
  tests::Workspace workspace_;

 private:
  void SetUp() override { workspace_.package("app"); }
};

TEST_F(TargetCli, HelpHasAnExampleEverywhere) {
  const Ended commands = target({"--help"});
  EXPECT_EQ(commands.exit_code, 0);
  EXPECT_THAT(commands.out, HasSubstr("Example: grapnel target build"));
  for (const char* command : {"build", "clean", "hooks", "dependencies"}) {
    EXPECT_THAT(commands.out, HasSubstr("\n  " + std::string(command) + " "));
    const Ended ended = target({command, "--help"});
    EXPECT_EQ(ended.exit_code, 0) << command;
    EXPECT_THAT(ended.out, HasSubstr("Example: ")) << command;
    EXPECT_THAT(ended.out, HasSubstr("grapnel target " + std::string(command))) << command;
    EXPECT_THAT(ended.out, HasSubstr("Exit code: 0")) << command;
    EXPECT_THAT(ended.out, HasSubstr("--target")) << command;
    EXPECT_EQ(ended.err, "") << command;
  }
  EXPECT_THAT(workspace_.grapnel({"--help"}).out, HasSubstr("\n  target "));
}

TEST_F(TargetCli, CommandsHaveTheFlagsThatMeanSomethingToThem) {
  const auto help = [&](const char* command) { return target({command, "--help"}).out; };
  EXPECT_THAT(help("build"), HasSubstr("--clean-hooks-after"));
  for (const char* flag : {"--clean-only", "--clean-hooks-after", "--clean-hooks-on-failure", "--json"}) {
    EXPECT_THAT(help("clean"), Not(HasSubstr(flag)));
  }
  for (const char* flag : {"--events", "--report", "--python", "--directory"}) {
    EXPECT_THAT(help("hooks"), Not(HasSubstr(flag)));
  }
  for (const char* command : {"build", "clean", "dependencies"}) {
    for (const char* flag : {"--events", "--report", "--exit-code", "--python", "--cxx", "--sdk", "--hook-timeout",
                             "--no-cache", "--config-setting", "--quiet", "--verbose", "--like-hatch", "--root"}) {
      EXPECT_THAT(help(command), HasSubstr(flag)) << command;
    }
  }
}

TEST_F(TargetCli, AWrongCommandLineIs64) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"bild"},
      {"link"},
      {"build", "hooks"},
      {"build", "left over"},
      {"build", "--no-such-flag"},
      {"build", "-t"},
      {"build", "-t", ":standard"},
      {"build", "-t", "wheel", "sdist"},
      {"build", "-v", "-q"},
      {"build", "--json"},
      {"build", "--config-setting", "key"},
      {"build", "--config-setting", "=value"},
      {"build", "--hook-timeout", "0"},
      {"build", "--python", "no-such-python"},
      {"build", "--cxx", "no-such-compiler"},
      {"build", "--exit-code", "build=0"},
      {"build", "--report", "no-such-kind=x"},
      {"build", "--report", "junit=-"},
      {"build", "--events", "-"},
      {"build", "-t", "\xFF"},
      {"clean", "--clean"},
      {"clean", "--clean-only"},
      {"hooks", "--events", "x"},
      {"hooks", "--directory", "x"},
      {"dependencies", "--hooks-only"},
      {"dependencies", "--events", "-"},
  };
  for (const auto& arguments : wrong) {
    const Ended ended = target(arguments);
    EXPECT_EQ(ended.exit_code, 64) << testing::PrintToString(arguments);
    EXPECT_NE(ended.err, "") << testing::PrintToString(arguments);
    EXPECT_EQ(ended.out, "") << testing::PrintToString(arguments);
  }
}

TEST_F(TargetCli, NoHooksAndNothingButHooksIsRefusedBeforeAnything) {
  const std::filesystem::path events = workspace_.path() / "events.jsonl";
  for (const char* command : {"build", "clean"}) {
    const Ended ended = target({command, "--no-hooks", "--hooks-only", "--events", events});
    EXPECT_EQ(ended.exit_code, 1) << command;
    EXPECT_THAT(ended.err, HasSubstr("--no-hooks and --hooks-only")) << command;
    EXPECT_EQ(ended.out, "") << command;
    EXPECT_FALSE(std::filesystem::exists(events)) << command;
  }
}

}  // namespace
