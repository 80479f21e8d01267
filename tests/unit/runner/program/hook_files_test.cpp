// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/hook_files.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace grapnel::program {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class HookFilesTest : public ::testing::Test {
 protected:
  HookFilesTest() {
    package.name = "pkg";
    package.root = directory.path();
  }
  HookFiles find(HookKind kind = HookKind::build) const { return find_hook_files(package, kind); }
  std::string refusal(HookKind kind = HookKind::build) const {
    try {
      (void)find(kind);
      return "accepted";
    } catch (const ProjectError& error) {
      return error.what();
    }
  }

  tests::TemporaryDirectory directory;
  workspace::Package package;
};

bool is_empty(const HookFiles& files) { return !files.executable && !files.cpp && !files.cmake_project && !files.dart; }

TEST_F(HookFilesTest, WithoutAHookFolderThereIsNone) {
  EXPECT_TRUE(is_empty(find()));
  directory.write("hook", "a file of that name");
  EXPECT_TRUE(is_empty(find()));
}

TEST_F(HookFilesTest, FindsEachForm) {
  directory.write_executable("hook/build", "#!/bin/sh\n");
  directory.write("hook/build.cpp", "");
  directory.write("hook/CMakeLists.txt", "");
  directory.write("hook/build.dart", "");
  const HookFiles files = find();
  EXPECT_EQ(files.executable, directory / "hook/build");
  EXPECT_EQ(files.cpp, directory / "hook/build.cpp");
  EXPECT_EQ(files.cmake_project, directory / "hook/CMakeLists.txt");
  EXPECT_EQ(files.dart, directory / "hook/build.dart");
}

TEST_F(HookFilesTest, TheKindsDoNotMix) {
  directory.write_executable("hook/link", "#!/bin/sh\n");
  directory.write("hook/build.cpp", "");
  EXPECT_FALSE(find().executable);
  EXPECT_EQ(find(HookKind::link).executable, directory / "hook/link");
  EXPECT_FALSE(find(HookKind::link).cpp);
}

TEST_F(HookFilesTest, ADirectoryIsNoHook) {
  fs::create_directories(directory / "hook/build");
  fs::create_directories(directory / "hook/build.cpp");
  fs::create_directories(directory / "hook/CMakeLists.txt");
  EXPECT_TRUE(is_empty(find()));
}

TEST_F(HookFilesTest, FollowsLinks) {
  const fs::path real = directory.write_executable("real", "#!/bin/sh\n");
  fs::create_directories(directory / "hook");
  fs::create_symlink(real, directory / "hook/build");
  EXPECT_EQ(find().executable, directory / "hook/build");
}

TEST_F(HookFilesTest, SaysHowToMakeAFileExecutable) {
  directory.write("hook/build", "#!/bin/sh\n");
  const std::string file = (directory / "hook/build").string();
  EXPECT_THAT(refusal(), AllOf(HasSubstr("package 'pkg'"), HasSubstr("'" + file + "' is not executable"),
                               HasSubstr("chmod +x '" + file + "'")));
}

TEST_F(HookFilesTest, RefusesWhatIsNoRegularFile) {
  fs::create_directories(directory / "hook");
  ASSERT_EQ(::mkfifo((directory / "hook/build").c_str(), 0700), 0);
  EXPECT_THAT(refusal(), HasSubstr("hook/build' is no regular file"));
  ASSERT_EQ(::mkfifo((directory / "hook/link.cpp").c_str(), 0700), 0);
  EXPECT_THAT(refusal(HookKind::link), HasSubstr("hook/link.cpp' is no regular file"));
}

TEST_F(HookFilesTest, RefusesLinksThatLeadNowhere) {
  fs::create_directories(directory / "hook");
  fs::create_symlink("missing", directory / "hook/build");
  EXPECT_THAT(refusal(), HasSubstr("hook/build' is a symbolic link to nothing"));
  fs::create_symlink("link.dart", directory / "hook/link.dart");
  EXPECT_THAT(refusal(HookKind::link), HasSubstr("go round in a circle"));
}

TEST_F(HookFilesTest, RefusesARootThatIsACircleOfLinks) {
  fs::create_symlink("loop", directory / "loop");
  package.root = directory / "loop";
  EXPECT_THAT(refusal(), HasSubstr("go round in a circle"));
}

}  // namespace
}  // namespace grapnel::program
