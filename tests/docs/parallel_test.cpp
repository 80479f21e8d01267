// SPDX-License-Identifier: BSD-3-Clause
// What docs/writing-hooks.md says of parallel work in a hook, tried with the tools themselves.
#include "tests/docs/blocks.hpp"
#include "tests/paths.hpp"
#include "tests/support/program.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace {

using testing::HasSubstr;

class ParallelWork : public testing::Test {
 protected:
  ParallelWork() {
    directory_.write("native/Makefile",
                     "all: a b c d e f\na b c d e f:\n\t@echo begin >>log; sleep 0.1; echo end >>log\n");
  }

  /// Runs a shell command as grapnel runs a hook, with three jobs.
  [[nodiscard]] tests::Ended run(const std::string& command) const {
    auto environment = tests::environment_with();
    std::erase_if(environment, [](const std::string& variable) { return variable.starts_with("MAKE"); });
    return tests::run({tests::program("share_jobs").native(), "3", command}, directory_.path(), directory_.path(),
                      environment);
  }

  [[nodiscard]] int at_once() const {
    int running = 0;
    int most = 0;
    std::istringstream lines(directory_.read("native/log"));
    for (std::string line; std::getline(lines, line);) {
      running += line == "begin" ? 1 : -1;
      most = std::max(most, running);
    }
    return most;
  }

  [[nodiscard]] static std::string block(const std::string& language) {
    const auto found = tests::blocks(std::filesystem::path(tests::kSourceDir) / "docs/writing-hooks.md", language);
    EXPECT_EQ(found.size(), 1U) << language;
    return found.empty() ? std::string() : found.front();
  }

  tests::TemporaryDirectory directory_;
};

TEST_F(ParallelWork, TheShellScriptOfTheGuideUsesAllJobs) {
  directory_.write("hook.sh", block("sh"));
  const auto ended = run("exec sh hook.sh");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(at_once(), 3);
}

TEST_F(ParallelWork, ThePythonScriptOfTheGuideUsesAllJobs) {
  directory_.write("hook.py", block("python"));
  const auto ended = run("exec /usr/bin/python3 -B hook.py");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(at_once(), 3);
}

TEST_F(ParallelWork, PythonWithoutTheDescriptorsRunsOneJobAndMakeWarns) {
  std::string script = block("python");
  const std::string asked = ", pass_fds=(3, 4)";
  ASSERT_NE(script.find(asked), std::string::npos);
  script.erase(script.find(asked), asked.size());
  directory_.write("hook.py", script);
  const auto ended = run("exec /usr/bin/python3 -B hook.py");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("warning: jobserver unavailable: using -j1"));
  EXPECT_EQ(at_once(), 1);
}

TEST_F(ParallelWork, PythonThatClosesNothingUsesAllJobs) {
  std::string script = block("python");
  const std::string asked = "pass_fds=(3, 4)";
  ASSERT_NE(script.find(asked), std::string::npos);
  directory_.write("hook.py", script.replace(script.find(asked), asked.size(), "close_fds=False"));
  const auto ended = run("exec /usr/bin/python3 -B hook.py");
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(at_once(), 3);
}

TEST_F(ParallelWork, MakeWithAJobNumberOfItsOwnWarnsAndLeaves) {
  const auto ended = run("make -C native -j6");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("resetting jobserver mode"));
  EXPECT_GT(at_once(), 3);
}

TEST_F(ParallelWork, CMakeWithMakefilesIsAClient) {
  std::string project = "cmake_minimum_required(VERSION 3.25)\nproject(many NONE)\n";
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    project += "add_custom_target(" + std::string(name) +
               " ALL COMMAND sh -c \"echo begin >>log; sleep 0.1; echo end " +
               ">>log\" WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)\n";
  }
  directory_.write("native/CMakeLists.txt", project);
  const auto ended = run("cmake -G 'Unix Makefiles' -S native -B out >/dev/null && cmake --build out >/dev/null");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(at_once(), 3);
}

}  // namespace
