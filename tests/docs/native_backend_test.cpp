// SPDX-License-Identifier: BSD-3-Clause
// The backend of docs/daemon.md builds, as a program and as a library, and its commands print what stands there.
#include "tests/docs/blocks.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

namespace {

const std::filesystem::path kDocument = std::filesystem::path(tests::kSourceDir) / "docs/daemon.md";

/// The first block of `language` that holds `text`.
std::string block_with(const std::string& language, const std::string& text) {
  for (const std::string& block : tests::blocks(kDocument, language)) {
    if (block.find(text) != std::string::npos) return block;
  }
  ADD_FAILURE() << "no block of " << language << " with " << text;
  return "";
}

std::string with(std::string text, const std::string& part, const std::string& other) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), other);
}

void expect_that_it_works(const std::string& source, const std::string& project, const std::string& backend) {
  const tests::TemporaryDirectory directory;
  const tests::TemporaryDirectory logs;
  directory.write("CMakeLists.txt", project);
  directory.write("backend.cpp", source);
  const auto run = [&](const std::vector<std::string>& command) {
    return tests::run(command, directory.path(), logs.path());
  };
  const auto configured = run({"/usr/bin/cmake", "-S", ".", "-B", "build", "-G", "Ninja",
                               "-DCMAKE_PREFIX_PATH=" + std::string(tests::kSdkDir),
                               "-DCMAKE_CXX_COMPILER=" + std::string(tests::kCxxCompiler)});
  ASSERT_EQ(configured.exit_code, 0) << configured.out << configured.err;
  const auto built = run({"/usr/bin/cmake", "--build", "build"});
  ASSERT_EQ(built.exit_code, 0) << built.out << built.err;
  if (backend != "backend") {
    std::filesystem::rename(directory / "build" / backend, directory / "build/backend");
  }

  // Each line `$ COMMAND` is followed by all that it prints; the announced files go to logs.
  const std::string path = std::filesystem::path(tests::kGrapnel).parent_path().string() + ":/usr/bin:/bin";
  std::istringstream lines(block_with("console", "native:./build/backend"));
  int commands = 0;
  for (std::string line; std::getline(lines, line);) {
    ASSERT_TRUE(line.starts_with("$ ")) << line;
    const auto ended = tests::run({"/bin/sh", "-c", line.substr(2)}, directory.path(), logs.path(),
                                  tests::environment_with({"PATH=" + path, "TMPDIR=" + logs.path().string()}));
    std::string expected;
    ASSERT_TRUE(std::getline(lines, expected));
    EXPECT_EQ(ended.out, expected + "\n") << ended.err;
    ++commands;
  }
  EXPECT_EQ(commands, 3);
  EXPECT_TRUE(std::filesystem::exists(directory / "dist/hello-1.0-py3-none-any.whl"));
}

TEST(NativeBackendDocumentation, TheProgramWorks) {
  expect_that_it_works(block_with("cpp", "hooks/pep517.hpp"), block_with("cmake", "backend.cpp"), "backend");
}

TEST(NativeBackendDocumentation, TheLibraryWorks) {
  const std::string source = block_with("cpp", "hooks/pep517.hpp");
  const std::string library = source.substr(0, source.find("int main(")) + "HOOKS_PEP517_LIBRARY(Backend)\n";
  const std::string project = with(block_with("cmake", "backend.cpp"), "add_executable(backend backend.cpp)",
                                   "add_library(backend MODULE backend.cpp)");
  expect_that_it_works(library, project, "libbackend.so");
}

}  // namespace
