// SPDX-License-Identifier: BSD-3-Clause
// The examples of docs/caching.md print what stands there, but for what is another in every run.
#include "tests/docs/blocks.hpp"
#include "tests/support/giving_hook.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// As the document writes it.
std::string general(std::string text, const std::filesystem::path& directory) {
  text = replaced(text, (directory / ".grapnel/hooks_runner").string(), "STATE");
  text = replaced(text, directory.string(), "DIRECTORY");
  text = std::regex_replace(text, std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}"), "TIME");
  text = std::regex_replace(text, std::regex("[0-9]+\\.[0-9]{3} s"), "SECONDS s");
  text = std::regex_replace(text, std::regex("[0-9a-f]{12}, modified"), "DIGEST, modified");
  text = std::regex_replace(text, std::regex("config [0-9a-f]{10}"), "config CHECKSUM");
  return std::regex_replace(text, std::regex("[0-9]+\\.[0-9] KiB"), "SIZE");
}

TEST(CachingDocumentation, ExamplesPrintWhatStandsThere) {
  const tests::TemporaryDirectory directory;
  const tests::TemporaryDirectory logs;
  directory.write("grapnel.toml",
                  "[packages.app]\npath = \"app\"\ndependencies = [\"lib\"]\n[packages.lib]\npath = \"lib\"\n"
                  "[defaults]\nroot-package = \"app\"\n");
  for (const std::string package : {"app", "lib"}) {
    directory.write(package + "/src.txt", "one\n");
    directory.write_executable(package + "/hook/build", tests::giving_hook(package));
  }
  const std::string path = std::filesystem::path(tests::kGrapnel).parent_path().string() + ":/usr/bin:/bin";
  const auto run = [&](const std::string& command) {
    return tests::run({"/bin/sh", "-c", command + " 2>&1"}, directory.path(), logs.path(),
                      tests::environment_with({"PATH=" + path}));
  };
  ASSERT_EQ(run("grapnel build").exit_code, 0);
  directory.write("lib/src.txt", "two\n");
  const tests::Ended built = run("grapnel build");
  ASSERT_EQ(built.exit_code, 0) << built.out;

  const auto found = tests::blocks(std::filesystem::path(tests::kSourceDir) / "docs/caching.md", "console");
  EXPECT_EQ(found.size(), 5U);
  for (const std::string& block : found) {
    ASSERT_TRUE(block.starts_with("$ ")) << block;
    const std::size_t end = block.find('\n');
    EXPECT_EQ(general(run(block.substr(2, end - 2)).out, directory.path()), block.substr(end + 1));
  }
}

}  // namespace
