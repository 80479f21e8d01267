// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/tools.hpp"

#include "runner/base/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <string>

namespace grapnel::program {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
    return "accepted";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error_number(), ENOENT);
    return error.what();
  }
}

class ToolsTest : public ::testing::Test {
 protected:
  fs::path program(const std::string& name) const { return directory.write_executable(name, "#!/bin/sh\n"); }

  tests::TemporaryDirectory directory;
  Environment environment{"PATH=" + (directory / "first").string() + ":" + (directory / "second").string()};
  Tools tools;
};

TEST_F(ToolsTest, TheCompilerIsTheFirstNameThatPathKnows) {
  program("first/clang++");
  EXPECT_EQ(find_cxx(tools, environment), directory / "first/clang++");
  program("second/g++");
  EXPECT_EQ(find_cxx(tools, environment), directory / "second/g++");
  program("second/c++");
  EXPECT_EQ(find_cxx(tools, environment), directory / "second/c++");
}

TEST_F(ToolsTest, AGivenToolWins) {
  program("first/c++");
  tools.cxx = program("mine");
  EXPECT_EQ(find_cxx(tools, environment), directory / "mine");
  tools.cxx = "g++-99";
  program("second/g++-99");
  EXPECT_EQ(find_cxx(tools, environment), directory / "second/g++-99");
  tools.cxx = fs::relative(directory / "mine");
  EXPECT_EQ(find_cxx(tools, environment).lexically_normal(), directory / "mine");
}

TEST_F(ToolsTest, FindsTheOthersOnPath) {
  program("first/cmake");
  program("second/dart");
  EXPECT_EQ(find_cmake(tools, environment), directory / "first/cmake");
  EXPECT_EQ(find_dart(tools, environment), directory / "second/dart");
}

TEST_F(ToolsTest, PrefersNinjaToMake) {
  program("first/make");
  EXPECT_EQ(find_cmake_generator(environment).name, "Unix Makefiles");
  program("second/ninja");
  EXPECT_EQ(find_cmake_generator(environment).name, "Ninja");
}

TEST_F(ToolsTest, SaysWhatWasLookedForWhereAndWhatToDo) {
  const std::string path = environment.front().substr(5);
  EXPECT_THAT(refusal([&] { (void)find_cxx(tools, environment); }),
              AllOf(HasSubstr("no C++ compiler (c++, g++, clang++) on PATH"), HasSubstr(path), HasSubstr("--cxx")));
  EXPECT_THAT(refusal([&] { (void)find_cmake(tools, environment); }), HasSubstr("no CMake (cmake) on PATH"));
  EXPECT_THAT(refusal([&] { (void)find_dart(tools, environment); }), HasSubstr("--dart"));
  EXPECT_THAT(refusal([&] { (void)find_cmake_generator(environment); }), HasSubstr("(ninja, make) on PATH"));
  tools.dart = directory / "missing";
  EXPECT_THAT(refusal([&] { (void)find_dart(tools, environment); }),
              AllOf(HasSubstr((directory / "missing").string()), HasSubstr("Correct --dart")));
}

class SdkDiscoveryTest : public ::testing::Test {
 protected:
  fs::path sdk(const fs::path& prefix, const std::string& flags = "-static-libstdc++\n-Wl,--wrap=x y\n\n") const {
    directory.write(prefix / "include/hooks/hooks.hpp", "");
    directory.write(prefix / "lib/libgrapnel-hooks.a", "");
    directory.write(prefix / "share/grapnel/hook-flags.txt", flags);
    return directory / prefix;
  }

  tests::TemporaryDirectory directory;
  Tools tools;
};

TEST_F(SdkDiscoveryTest, IsThePrefixOfTheExecutable) {
  const fs::path prefix = sdk("usr");
  const Sdk found = find_sdk(tools, prefix / "bin");
  EXPECT_EQ(found.prefix, prefix);
  EXPECT_EQ(found.include, prefix / "include");
  EXPECT_EQ(found.library, prefix / "lib/libgrapnel-hooks.a");
  EXPECT_EQ(found.flags_file, prefix / "share/grapnel/hook-flags.txt");
  EXPECT_THAT(found.flags, ElementsAre("-static-libstdc++", "-Wl,--wrap=x y"));
}

TEST_F(SdkDiscoveryTest, ElseTheOneOfTheBuildTree) {
  const fs::path staged = sdk("build/sdk");
  EXPECT_EQ(find_sdk(tools, directory / "build/bin").prefix, staged);
}

TEST_F(SdkDiscoveryTest, AGivenOneWins) {
  sdk("usr");
  tools.sdk = sdk("mine");
  EXPECT_EQ(find_sdk(tools, directory / "usr/bin").prefix, directory / "mine");
}

TEST_F(SdkDiscoveryTest, TakesASharedLibraryWhereThereIsNoArchive) {
  const fs::path prefix = sdk("usr");
  fs::rename(prefix / "lib/libgrapnel-hooks.a", prefix / "lib/libgrapnel-hooks.so");
  EXPECT_EQ(find_sdk(tools, prefix / "bin").library, prefix / "lib/libgrapnel-hooks.so");
}

TEST_F(SdkDiscoveryTest, SaysWhereItLooked) {
  EXPECT_THAT(refusal([&] { (void)find_sdk(tools, directory / "usr/bin"); }),
              AllOf(HasSubstr((directory / "usr/include/hooks/hooks.hpp").string()),
                    HasSubstr((directory / "usr/sdk/include/hooks/hooks.hpp").string()), HasSubstr("--sdk")));
  sdk("usr");
  tools.sdk = directory / "empty";
  EXPECT_THAT(refusal([&] { (void)find_sdk(tools, directory / "usr/bin"); }), HasSubstr("is no SDK"));
}

TEST_F(SdkDiscoveryTest, SaysWhatIsMissingInIt) {
  const fs::path prefix = sdk("usr");
  fs::remove(prefix / "share/grapnel/hook-flags.txt");
  EXPECT_THAT(refusal([&] { (void)find_sdk(tools, prefix / "bin"); }),
              AllOf(HasSubstr("incomplete"), HasSubstr("hook-flags.txt")));
}

TEST(ExecutableDirectory, IsThisExecutables) {
  EXPECT_TRUE(fs::exists(executable_directory() / fs::read_symlink("/proc/self/exe").filename()));
}

}  // namespace
}  // namespace grapnel::program
