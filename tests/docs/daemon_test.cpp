// SPDX-License-Identifier: BSD-3-Clause
// The conversation of docs/daemon.md and README.md is the one that the example's command gives.
#include "tests/docs/blocks.hpp"
#include "tests/paths.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace {

const std::filesystem::path kSources = tests::kSourceDir;
const std::string kCommand = "PYTHONPATH=examples/daemon/backends grapnel daemon < examples/daemon/example.in";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// What a document shows behind the example's command.
std::vector<std::string> shown_in(const std::filesystem::path& document) {
  for (const std::string& block : tests::blocks(document, "console")) {
    std::vector<std::string> lines = lines_of(block);
    if (lines.front() != "$ " + kCommand) continue;
    lines.erase(lines.begin());
    return lines;
  }
  ADD_FAILURE() << document << " does not show: " << kCommand;
  return {};
}

/// "…" in `pattern` stands for anything.
bool matches(const std::string& line, const std::string& pattern) {
  static const std::string kAnything = "…";
  std::size_t at = 0;
  std::size_t begin = 0;
  for (std::size_t end = pattern.find(kAnything); end != std::string::npos; end = pattern.find(kAnything, begin)) {
    const std::string part = pattern.substr(begin, end - begin);
    const std::size_t found = line.find(part, at);
    if (found == std::string::npos || (begin == 0 && found != 0)) return false;
    at = found + part.size();
    begin = end + kAnything.size();
  }
  const std::string rest = pattern.substr(begin);
  return begin == 0 ? line == pattern : line.size() >= at + rest.size() && line.ends_with(rest);
}

/// Runs the command in a copy of the example: Python writes beside its sources.
class DaemonDocumentation : public testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path example = directory_ / "examples/daemon";
    std::filesystem::create_directories(example);
    for (const std::string name : {"backends", "example.in"}) {
      std::filesystem::copy(kSources / "examples/daemon" / name, example / name,
                            std::filesystem::copy_options::recursive);
    }
    const auto ended = run(kCommand);
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_EQ(ended.err, "");
    said_ = lines_of(ended.out);
    for (std::string& line : said_) {
      // The documents show the directory that stands there where nobody has set TMPDIR.
      const std::size_t at = line.find(announced_.path().string());
      if (at != std::string::npos) line.replace(at, announced_.path().string().size(), "/tmp");
    }
  }

  tests::Ended run(const std::string& command) {
    const std::string path = std::filesystem::path(tests::kGrapnel).parent_path().string() + ":/usr/bin:/bin";
    return tests::run({"/bin/sh", "-c", command}, directory_.path(), logs_.path(),
                      tests::environment_with(
                          {"PATH=" + path, "TMPDIR=" + announced_.path().string(), "VIRTUAL_ENV=", "PYTHONHOME="}));
  }

  tests::TemporaryDirectory directory_;
  tests::TemporaryDirectory announced_;
  tests::TemporaryDirectory logs_;
  std::vector<std::string> said_;
};

TEST_F(DaemonDocumentation, TheConversationOfTheGuideIsTheExamples) {
  const std::vector<std::string> shown = shown_in(kSources / "docs/daemon.md");
  ASSERT_EQ(said_.size(), shown.size());
  for (std::size_t i = 0; i < shown.size(); ++i)
    EXPECT_TRUE(matches(said_[i], shown[i])) << said_[i] << "\n" << shown[i];
}

// Each line is one that is said, in their order; one of "…" alone stands for those between.
TEST_F(DaemonDocumentation, TheReadmeShowsAPartOfIt) {
  const std::vector<std::string> shown = shown_in(kSources / "README.md");
  EXPECT_GE(shown.size(), 8U);
  std::size_t at = 0;
  bool is_next = true;
  for (const std::string& line : shown) {
    if (line == "…") {
      is_next = false;
      continue;
    }
    while (!is_next && at < said_.size() && !matches(said_[at], line)) ++at;
    ASSERT_LT(at, said_.size()) << line;
    EXPECT_TRUE(matches(said_[at], line)) << said_[at] << "\n" << line;
    ++at;
    is_next = true;
  }
  EXPECT_EQ(at, said_.size()) << "something follows";
}

TEST_F(DaemonDocumentation, WhatTheExamplePrintsIsInTheAnnouncedFiles) {
  std::string out;
  std::string err;
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(announced_.path())) {
    (file.path().extension() == ".out" ? out : err) += tests::read_text(file.path());
    ++files;
  }
  EXPECT_EQ(files, 8U);
  EXPECT_EQ(out, "OK this is no answer\ncalled with None\nfrom a child process\n");
  EXPECT_EQ(err, "careful\n");
}

TEST_F(DaemonDocumentation, TheInTreeBackendOfTheGuideIsFound) {
  directory_.write("in-tree/mine.py",
                   "def build_sdist(sdist_directory, config_settings=None):\n    return 'x.tar.gz'\n");
  for (const std::string& block : tests::blocks(kSources / "docs/daemon.md", "console")) {
    if (block.find("--protocol 2") == std::string::npos) continue;
    const std::vector<std::string> lines = lines_of(block);
    ASSERT_EQ(lines.size(), 2U);
    const auto ended = run(lines.front().substr(2));
    EXPECT_EQ(ended.out, lines.back() + "\n") << ended.err;
    return;
  }
  FAIL() << "no block with --protocol 2";
}

}  // namespace
