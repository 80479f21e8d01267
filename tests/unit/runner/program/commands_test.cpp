// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/commands.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel::program {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Sdk sdk() {
  return {.prefix = "/sdk",
          .include = "/sdk/include",
          .library = "/sdk/lib/libgrapnel-hooks.a",
          .flags_file = "/sdk/share/grapnel/hook-flags.txt",
          .flags = {"-static-libstdc++", "-Wl,--wrap=f"}};
}

TEST(Commands, CppIsCompiledAndLinkedAgainstTheSdk) {
  EXPECT_THAT(cpp_arguments("/bin/c++", sdk(), "/p/hook/build.cpp", "/s/program"),
              ElementsAre("/bin/c++", "-O1", "-std=c++20", "-I/sdk/include", "-MMD", "-MF", "/s/program.d", "-o",
                          "/s/program.new", "/p/hook/build.cpp", "-static-libstdc++", "-Wl,--wrap=f",
                          "/sdk/lib/libgrapnel-hooks.a"));
}

TEST(Commands, ASharedSdkIsFoundAtRunTime) {
  Sdk shared = sdk();
  shared.library = "/sdk/lib/libgrapnel-hooks.so";
  EXPECT_THAT(cpp_arguments("/bin/c++", shared, "/s", "/o"), Contains("-Wl,-rpath,/sdk/lib"));
}

TEST(Commands, DartIsWhatTheProtocolSays) {
  EXPECT_THAT(dart_compile_arguments("/bin/dart", "/app/.dart_tool/package_config.json", "/p/hook/build.dart",
                                     "/own/hook.dill"),
              ElementsAre("/bin/dart", "compile", "kernel", "--packages=/app/.dart_tool/package_config.json",
                          "--output=/own/hook.dill.new", "--depfile=/own/hook.dill.d", "/p/hook/build.dart"));
  EXPECT_THAT(dart_run_arguments("/bin/dart", "/app/.dart_tool/package_config.json", "/own/hook.dill"),
              ElementsAre("/bin/dart", "--packages=/app/.dart_tool/package_config.json", "/own/hook.dill"));
}

TEST(Commands, CMakeGetsOnlyTheOptionsThatAreKnown) {
  EXPECT_THAT(cmake_configure_arguments("/bin/cmake", "/p/hook", "/b", "Ninja", "", ""),
              ElementsAre("/bin/cmake", "-S", "/p/hook", "-B", "/b", "-G", "Ninja"));
  EXPECT_THAT(cmake_configure_arguments("/bin/cmake", "/p/hook", "/b", "Ninja", "/sdk", "/bin/c++"),
              ElementsAre("/bin/cmake", "-S", "/p/hook", "-B", "/b", "-G", "Ninja", "-DCMAKE_PREFIX_PATH=/sdk",
                          "-DCMAKE_CXX_COMPILER=/bin/c++"));
  EXPECT_THAT(cmake_build_arguments("/bin/cmake", "/b", "link"),
              ElementsAre("/bin/cmake", "--build", "/b", "--target", "link"));
}

TEST(Commands, DependenciesAreAbsolute) {
  const tests::TemporaryDirectory directory;
  const auto depfile = directory.write("program.d", "program: /p/hook/build.cpp ../shared/a\\ b.h \\\n ./c.h\n");
  EXPECT_THAT(depfile_dependencies(depfile, "/p/hook"),
              ElementsAre("/p/hook/build.cpp", "/p/shared/a b.h", "/p/hook/c.h"));
  EXPECT_THAT(depfile_dependencies(directory / "missing", "/p"), IsEmpty());
}

}  // namespace
}  // namespace grapnel::program
