// SPDX-License-Identifier: BSD-3-Clause
// The examples of docs/validate.md print what stands there.
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

// Each ```json and ```toml block is a file, each ```console block a command with all that it prints.
TEST(ValidateDocumentation, ExamplesPrintWhatStandsThere) {
  const tests::TemporaryDirectory directory;
  const tests::TemporaryDirectory logs;
  const std::filesystem::path document = std::filesystem::path(tests::kSourceDir) / "docs/validate.md";
  const std::string path = std::filesystem::path(tests::kGrapnel).parent_path().string() + ":/usr/bin:/bin";
  int commands = 0;
  std::string language;
  std::string block;
  std::istringstream lines(tests::read_text(document));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("```")) {
      block += line + "\n";
      continue;
    }
    if (language == "json") directory.write("output.json", block);
    if (language == "toml") directory.write("grapnel.toml", block);
    if (language == "console") {
      ++commands;
      ASSERT_TRUE(block.starts_with("$ ")) << block;
      const std::size_t end = block.find('\n');
      const tests::Ended ended = tests::run({"/bin/sh", "-c", block.substr(2, end - 2) + " 2>&1"}, directory.path(),
                                            logs.path(), tests::environment_with({"PATH=" + path}));
      EXPECT_EQ(ended.out, block.substr(end + 1));
    }
    language = language.empty() ? line.substr(3) : "";
    block.clear();
  }
  EXPECT_EQ(commands, 3) << "blocks were lost";
}

}  // namespace
