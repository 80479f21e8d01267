// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/private_directory.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
namespace fs = std::filesystem;

class PrivateDirectoryTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(parent.path())) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  tests::TemporaryDirectory parent;
};

// The number of a process that is no more.
pid_t dead_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return child;
}

TEST_F(PrivateDirectoryTest, IsMadeOnFirstUseAndGoesWithItsObject) {
  {
    PrivateDirectory directory(parent.path());
    EXPECT_THAT(names(), IsEmpty());
    directory.remove("work");
    const fs::path work = directory.make("work");
    EXPECT_TRUE(fs::is_directory(work));
    EXPECT_EQ(work.filename(), "work");
    EXPECT_EQ(work.parent_path().parent_path(), parent.path());
    parent.write(work / "deep/file", "x");
    EXPECT_EQ(directory.make("work"), work);
    EXPECT_TRUE(fs::exists(work / "deep/file")) << "what is there stays";
    EXPECT_EQ(directory.make("other").parent_path(), work.parent_path());
    directory.remove("work");
    EXPECT_FALSE(fs::exists(work));
    EXPECT_THAT(names(), ElementsAre(StartsWith("run-" + std::to_string(::getpid()) + "-")));
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PrivateDirectoryTest, TwoAreApart) {
  PrivateDirectory one(parent.path());
  PrivateDirectory two(parent.path());
  EXPECT_NE(one.make("work"), two.make("work"));
  EXPECT_EQ(names().size(), 2U);
}

TEST_F(PrivateDirectoryTest, RemovesWhatKilledProcessesHaveLeft) {
  parent.write("run-" + std::to_string(dead_process()) + "-1/work/file", "");
  const std::vector<std::string> others{"run-",
                                        "run--1-1",
                                        "run-0-1",
                                        "run-1-1",
                                        "run-99999999999999999999-1",
                                        "run-" + std::to_string(::getppid()) + "-7",
                                        "run-" + std::to_string(dead_process()),
                                        "shared"};
  for (const std::string& name : others) parent.write(name + "/file", "");
  PrivateDirectory directory(parent.path());
  const std::string own = directory.make("work").parent_path().filename().string();
  std::vector<std::string> expected = others;
  expected.push_back(own);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(names(), expected);
}

TEST_F(PrivateDirectoryTest, ThrowsWhereItCannotBeMade) {
  const fs::path file = parent.write("file", "");
  PrivateDirectory directory(file);
  EXPECT_THROW(directory.make("work"), SystemError);
}

}  // namespace
}  // namespace grapnel::target
