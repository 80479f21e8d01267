// SPDX-License-Identifier: BSD-3-Clause
// Each ```cpp block of the documentation compiles, and its ```cmake project builds, against the staged SDK.
#include "tests/docs/blocks.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

const std::filesystem::path kGuide = std::filesystem::path(tests::kSourceDir) / "docs/writing-hooks.md";
const std::filesystem::path kReadme = std::filesystem::path(tests::kSourceDir) / "README.md";

// A block without an #include is the body of a build hook's function.
std::string as_source(const std::string& block) {
  if (block.find("#include") != std::string::npos) return block;
  return "#include <hooks/hooks.hpp>\nvoid body(const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) "
         "{\n" +
         block + "}\n";
}

void expect_that_all_compile(const std::filesystem::path& document, std::size_t at_least) {
  const tests::TemporaryDirectory directory;
  const auto found = tests::blocks(document, "cpp");
  EXPECT_GE(found.size(), at_least) << "blocks were lost";
  for (const std::string& block : found) {
    const auto source = directory.write("example.cpp", as_source(block));
    const auto end =
        tests::run({tests::kCxxCompiler, "-std=c++20", "-fsyntax-only", "-I" + std::string(tests::kSdkDir) + "/include",
                    "-I" + std::string(tests::kSourceDir) + "/include", source.string()},
                   directory.path(), directory.path());
    EXPECT_EQ(end.exit_code, 0) << block << end.err;
  }
}

TEST(Documentation, TheExamplesOfTheGuideCompile) { expect_that_all_compile(kGuide, 7); }

TEST(Documentation, TheOutputOfTheGuideIsValid) {
  const auto documents = tests::blocks(kGuide, "json");
  ASSERT_EQ(documents.size(), 1U);
  const tests::TemporaryDirectory directory;
  const auto file = directory.write("output.json", documents.front());
  const auto judged = tests::run({tests::kGrapnel, "validate", "--as", "build-output", file.string()}, directory.path(),
                                 directory.path());
  EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
}

TEST(Documentation, TheExamplesOfTheReadmeCompile) { expect_that_all_compile(kReadme, 3); }

TEST(Documentation, TheExampleOfTheEventsCompiles) {
  expect_that_all_compile(std::filesystem::path(tests::kSourceDir) / "docs/events.md", 1);
}

TEST(Documentation, TheExampleOfTheDaemonsClientCompiles) {
  expect_that_all_compile(std::filesystem::path(tests::kSourceDir) / "docs/daemon.md", 1);
}

TEST(Documentation, TheHookOfTheBuildTargetsCompiles) {
  expect_that_all_compile(std::filesystem::path(tests::kSourceDir) / "docs/build-targets.md", 1);
}

TEST(Documentation, TheCMakeProjectOfTheGuideBuilds) {
  const tests::TemporaryDirectory directory;
  const auto projects = tests::blocks(kGuide, "cmake");
  ASSERT_EQ(projects.size(), 1U);
  directory.write("hook/CMakeLists.txt", projects.front());
  directory.write("hook/build.cpp", tests::blocks(kGuide, "cpp").front());
  const auto configured =
      tests::run({"/usr/bin/cmake", "-S", "hook", "-B", "out", "-DCMAKE_PREFIX_PATH=" + std::string(tests::kSdkDir),
                  "-DCMAKE_CXX_COMPILER=" + std::string(tests::kCxxCompiler), "-G", "Ninja"},
                 directory.path(), directory.path());
  ASSERT_EQ(configured.exit_code, 0) << configured.out << configured.err;
  const auto built =
      tests::run({"/usr/bin/cmake", "--build", "out", "--target", "build"}, directory.path(), directory.path());
  ASSERT_EQ(built.exit_code, 0) << built.out << built.err;
  const auto ended = tests::run({directory / "out/build"}, directory.path(), directory.path());
  EXPECT_EQ(ended.exit_code, 255);
  EXPECT_TRUE(ended.err.starts_with("input.json: no --config=<path> argument.")) << ended.err;
}

}  // namespace
