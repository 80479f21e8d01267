// SPDX-License-Identifier: BSD-3-Clause
// The examples of docs/build-targets.md do what it says.
#include "tests/docs/blocks.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"
#include <hooks/json.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

const std::filesystem::path kGuide = std::filesystem::path(tests::kSourceDir) / "docs/build-targets.md";

/// The project of the guide's first example.
struct Project {
  Project() {
    directory.write("pyproject.toml",
                    "[project]\nname = \"demo\"\nversion = \"1.0\"\n[tool.hatch.build]\nartifacts = []\n");
    directory.write("src/demo/__init__.py", "");
    directory.write("hook/tables.cpp", tests::blocks(kGuide, "cpp").front());
    directory.write("grapnel.toml", tests::blocks(kGuide, "toml").front());
  }
  [[nodiscard]] tests::Ended grapnel(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{tests::kGrapnel};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return tests::run(command, directory.path(), directory.path(),
                      tests::environment_with({"XDG_CACHE_HOME=" + (directory / "cache").string()}));
  }
  tests::TemporaryDirectory directory;
};

TEST(BuildTargetsDocumentation, TheExampleBuildsByEveryCommandOfTheGuide) {
  const Project project;
  const auto commands = tests::blocks(kGuide, "sh");
  ASSERT_EQ(commands.size(), 1U);
  std::istringstream lines(commands.front());
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> arguments;
    std::string word;
    words >> word;
    ASSERT_EQ(word, "grapnel") << line;
    while (words >> word) arguments.push_back(word);
    // An editable wheel of a package in src needs nothing but the sources' place.
    const auto ended = project.grapnel(arguments);
    EXPECT_EQ(ended.exit_code, 0) << line << "\n" << ended.err;
    if (count == 0) {
      EXPECT_TRUE(std::filesystem::exists(project.directory / "dist/demo-1.0.tar.gz"));
      EXPECT_TRUE(std::filesystem::exists(project.directory / "src/demo/_tables.py"));
    }
  }
  EXPECT_EQ(count, 7U) << "commands were lost";
}

TEST(BuildTargetsDocumentation, EveryImprovementHasItsNameInTheTable) {
  const Project project;
  const auto refused = project.grapnel({"target", "hooks", "--like-hatch", "no-such-name"});
  EXPECT_EQ(refused.exit_code, 1);
  const std::string text = tests::read_text(kGuide);
  const std::string section = text.substr(text.find("## What is better than in Hatch"));
  std::set<std::string> described;
  const std::regex row("\n\\| `([a-z-]+)` \\|");
  for (std::sregex_iterator at(section.begin(), section.end(), row), end; at != end; ++at) described.insert((*at)[1]);
  EXPECT_EQ(described.size(), 13U);
  for (const std::string& name : described) {
    EXPECT_NE(refused.err.find(name), std::string::npos) << name << "\n" << refused.err;
    const auto shown = project.grapnel({"target", "hooks", "--like-hatch", name});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
  }
}

TEST(BuildTargetsDocumentation, TheAnswerOfTheGuideIsAnOutput) {
  const auto documents = tests::blocks(kGuide, "json");
  ASSERT_EQ(documents.size(), 1U);
  const tests::TemporaryDirectory directory;
  const auto file = directory.write("output.json", documents.front());
  const auto judged = tests::run({tests::kGrapnel, "validate", "--as", "build-output", file.string()}, directory.path(),
                                 directory.path());
  EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
}

TEST(BuildTargetsDocumentation, WhatItLinksToIsThere) {
  const std::string text = tests::read_text(kGuide);
  const std::regex link("\\]\\(([^)#:]+)\\)");
  for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
    EXPECT_TRUE(std::filesystem::exists(kGuide.parent_path() / (*at)[1].str())) << (*at)[1];
  }
}

}  // namespace
