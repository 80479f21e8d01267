// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/python.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace grapnel::worker {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::TemporaryDirectory;

class FindPython : public testing::Test {
 protected:
  FindPython() {
    directory_.write_executable("first/python3", "");
    directory_.write_executable("second/python3", "");
    directory_.write_executable("second/pypy3", "");
    directory_.write("first/pypy3", "cannot be executed");
    path_ = "PATH=" + (directory_ / "none").native() + ":" + (directory_ / "first").native() + ":" +
            (directory_ / "second").native();
  }
  TemporaryDirectory directory_;
  std::string path_;
};

TEST_F(FindPython, APathIsTakenAsItIs) {
  for (const char* path : {"/none/python", "./python", "bin/python"}) {
    EXPECT_EQ(find_python(path, {path_, "VIRTUAL_ENV=/venv"}).value(), path);
  }
}

TEST_F(FindPython, ANameIsSearchedForOnPath) {
  EXPECT_EQ(find_python("pypy3", {path_, "VIRTUAL_ENV=/venv"}).value(), directory_ / "second/pypy3");
  EXPECT_EQ(find_python("python3", {path_, "VIRTUAL_ENV=/venv"}).value(), directory_ / "first/python3");
  const auto missing = find_python("python4", {path_});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, AllOf(HasSubstr("'python4'"), HasSubstr("PATH")));
  EXPECT_FALSE(find_python("python3", {}));
}

TEST_F(FindPython, TheVirtualEnvironmentComesBeforePath) {
  EXPECT_EQ(find_python({}, {path_, "VIRTUAL_ENV=/venv"}).value(), "/venv/bin/python");
  EXPECT_EQ(find_python({}, {"VIRTUAL_ENV=/venv/"}).value(), "/venv/bin/python");
  EXPECT_EQ(find_python({}, {path_, "VIRTUAL_ENV="}).value(), directory_ / "first/python3");
}

TEST_F(FindPython, ElsePython3OnPath) {
  EXPECT_EQ(find_python({}, {path_}).value(), directory_ / "first/python3");
  for (const Environment& environment : {Environment{}, Environment{"PATH="}, Environment{"PATH=/none"}}) {
    const auto missing = find_python({}, environment);
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message,
                AllOf(HasSubstr("python3 on PATH"), HasSubstr("VIRTUAL_ENV"), HasSubstr("--python")));
  }
}

// What starts it is a short program; the long one comes through the channel, and fits into its pipe.
TEST(PythonCommand, StartsTheInterpreterWithTheBootstrap) {
  const Command command = python_command("/some where/python");
  EXPECT_EQ(command.executable, "/some where/python");
  EXPECT_THAT(command.name, HasSubstr("'/some where/python'"));
  ASSERT_EQ(command.arguments.size(), 3U);
  EXPECT_EQ(command.arguments[0], "/some where/python");
  EXPECT_EQ(command.arguments[1], "-c");
  EXPECT_EQ(command.preamble, kBootstrap);
  EXPECT_LE(command.preamble.size(), 32U << 10U);
}

}  // namespace
}  // namespace grapnel::worker
