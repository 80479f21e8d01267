// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/pattern_set.hpp"

#include "hooks_api/base/spawn.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using grapnel::dist::PatternSet;

bool matches(const std::vector<std::string>& patterns, std::string_view path) {
  return PatternSet(patterns).matches(path);
}

TEST(PatternSet, NothingMatchesNothing) {
  EXPECT_TRUE(PatternSet().empty());
  EXPECT_FALSE(PatternSet().matches("a"));
  for (const char* const nothing : {"", " ", "#a", "/", "!", "!/", "//", "a\\", "[a", "[[:nope:]]"}) {
    EXPECT_FALSE(matches({nothing}, "a")) << nothing;
    EXPECT_FALSE(matches({nothing}, "a/b")) << nothing;
  }
}

TEST(PatternSet, APatternWithoutSlashIsANameAtAnyDepth) {
  EXPECT_TRUE(matches({"foo"}, "foo"));
  EXPECT_TRUE(matches({"foo"}, "a/b/foo"));
  EXPECT_TRUE(matches({"foo"}, "foo/bar")) << "what is in it";
  EXPECT_FALSE(matches({"foo"}, "foobar"));
  EXPECT_TRUE(matches({"*.so"}, "a/b.so"));
  EXPECT_TRUE(matches({"*.py[cdo]"}, "a/b.pyc"));
  EXPECT_FALSE(matches({"*.py[cdo]"}, "a/b.py"));
}

TEST(PatternSet, ASlashAnchors) {
  EXPECT_TRUE(matches({"/foo"}, "foo"));
  EXPECT_FALSE(matches({"/foo"}, "a/foo"));
  EXPECT_TRUE(matches({"a/foo"}, "a/foo/x"));
  EXPECT_FALSE(matches({"a/foo"}, "b/a/foo"));
  EXPECT_TRUE(matches({"/src/demo/a.so"}, "src/demo/a.so"));
}

TEST(PatternSet, ASlashAtTheEndWantsADirectory) {
  EXPECT_FALSE(matches({"foo/"}, "foo"));
  EXPECT_TRUE(matches({"foo/"}, "foo/"));
  EXPECT_TRUE(matches({"foo/"}, "a/foo/b"));
  EXPECT_TRUE(matches({"bar/"}, "foo/bar/"));
}

TEST(PatternSet, TheLastOneWins) {
  EXPECT_FALSE(matches({"*.so", "!b.so"}, "b.so"));
  EXPECT_TRUE(matches({"*.so", "!b.so"}, "a.so"));
  EXPECT_TRUE(matches({"!b.so", "*.so"}, "b.so"));
  EXPECT_FALSE(matches({"foo/*", "!foo/bar"}, "foo/bar/x"));
  EXPECT_TRUE(matches({"*.txt", "!foo/"}, "foo/x.txt")) << "a directory that is taken back has files that are not";
  EXPECT_FALSE(matches({"foo/", "!foo/bar.txt"}, "foo/bar.txt")) << "as Hatch, unlike Git";
}

TEST(PatternSet, Stars) {
  EXPECT_TRUE(matches({"**/foo"}, "foo"));
  EXPECT_TRUE(matches({"**/foo"}, "a/b/foo"));
  EXPECT_FALSE(matches({"**/foo"}, "a/xfoo"));
  EXPECT_TRUE(matches({"a/**/b"}, "a/b"));
  EXPECT_TRUE(matches({"a/**/b"}, "a/x/y/b"));
  EXPECT_TRUE(matches({"a/**"}, "a/x/y"));
  EXPECT_FALSE(matches({"a/**"}, "a"));
  EXPECT_FALSE(matches({"a/*/b"}, "a/x/y/b"));
  EXPECT_FALSE(matches({"/a**b"}, "a/b"));
  EXPECT_TRUE(matches({"/a**b"}, "axxb"));
}

TEST(PatternSet, EscapesAndClasses) {
  EXPECT_TRUE(matches({"\\#a"}, "#a"));
  EXPECT_TRUE(matches({"\\!a"}, "!a"));
  EXPECT_TRUE(matches({"a\\ "}, "a "));
  EXPECT_TRUE(matches({"a  "}, "a"));
  EXPECT_TRUE(matches({"a\\*"}, "a*"));
  EXPECT_FALSE(matches({"a\\*"}, "ab"));
  EXPECT_TRUE(matches({"[!a]"}, "b"));
  EXPECT_TRUE(matches({"[]-]"}, "]"));
  EXPECT_TRUE(matches({"[[:digit:]x]"}, "7"));
  EXPECT_FALSE(matches({"a[/]b"}, "a/b"));
  EXPECT_TRUE(matches({"?"}, "a"));
}

TEST(PatternSet, TakesATextByLines) {
  PatternSet set;
  set.add_text("\xEF\xBB\xBF*.o\r\n# no\n\n!keep.o");
  EXPECT_TRUE(set.matches("a.o"));
  EXPECT_FALSE(set.matches("keep.o"));
}

TEST(PatternSet, WhatIsBuiltToBeSlowIsNot) {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "a*";
  const PatternSet set(std::vector<std::string>{stars + "b", "**/" + stars + "/**/" + stars});
  EXPECT_FALSE(set.matches(std::string(3000, 'a')));
}

// What Git says of paths.
std::set<std::string> ignored_by_git(const std::filesystem::path& repository, const std::vector<std::string>& paths) {
  std::string input;
  for (const std::string& path : paths) input += path + '\0';
  std::ofstream(repository / ".git/asked", std::ios::binary) << input;
  const auto result =
      hooks::base::run_tool({.executable = "/bin/sh",
                             .arguments = {"sh", "-c",
                                           "git -c core.excludesFile= check-ignore --no-index -z --stdin "
                                           "<.git/asked >.git/answer"},
                             .environment = {"PATH=/usr/bin:/bin", "HOME=/nonexistent"},
                             .working_directory = repository});
  EXPECT_TRUE(result && (result->exit_code == 0 || result->exit_code == 1)) << (result ? result->output : "");
  std::set<std::string> ignored;
  const std::string answer = tests::read_text(repository / ".git/answer");
  for (std::size_t begin = 0; begin < answer.size();) {
    const std::size_t end = answer.find('\0', begin);
    ignored.insert(answer.substr(begin, end - begin));
    begin = end + 1;
  }
  return ignored;
}

// Whether a pattern has more than one star behind a name. Git takes "a**/b" for "a" and "**/b" where nothing before it
// is special, which is not what its manual says.
bool has_stars_behind_name(const std::string& pattern) {
  for (std::size_t i = pattern.find("**"); i != std::string::npos; i = pattern.find("**", i + 1)) {
    if (i > 0 && pattern[i - 1] != '/' && pattern[i - 1] != '*') return true;
  }
  return false;
}

// Random patterns over few letters, so that they match often. Where Git ignores a directory, its content's own patterns
// do not count there; ours do (see above), so such paths are compared only where no pattern takes back.
TEST(PatternSet, AgreesWithGit) {
  const tests::TemporaryDirectory directory;
  const auto init = hooks::base::run_tool({.executable = "/usr/bin/git",
                                           .arguments = {"git", "init", "-q", "."},
                                           .environment = {"PATH=/usr/bin:/bin", "HOME=/nonexistent"},
                                           .working_directory = directory.path()});
  ASSERT_TRUE(init && init->exit_code == 0) << (init ? init->output : init.error().message);

  std::mt19937 random(20260813);  // NOLINT: the same on each run
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  const std::vector<std::string> pieces = {"a",   "b",       "c",           "ab",    "*",   "?",   "**",   "/",
                                           "/",   "[ab]",    "[!a]",        "[a-c]", "\\a", "\\*", "[]a]", "/**/",
                                           "**/", "/**",     "*.c",         ".c",    "a.c", " ",   "\\ ",  "[^b]",
                                           "[/]", "[a\\]b]", "[[:alpha:]]", "[",     "***", "-",   "[b-]", "é"};
  const std::vector<std::string> names = {"a", "b", "c", "ab", "ba", "a.c", "b.c", "*", "a b", "]", "-", "é", "abc"};
  std::size_t compared = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<std::string> patterns;
    bool takes_back = false;
    std::string file;
    for (std::size_t i = 0, count = 1 + below(6); i < count; ++i) {
      std::string pattern;
      if (below(4) == 0) pattern = "!";
      for (std::size_t j = 0, size = 1 + below(4); j < size; ++j) pattern += pieces[below(pieces.size())];
      if (below(4) == 0) pattern += '/';
      if (has_stars_behind_name(pattern.substr(pattern.front() == '!' ? 1 : 0))) continue;
      takes_back = takes_back || pattern.front() == '!';
      patterns.push_back(pattern);
      file += pattern + "\n";
    }
    std::ofstream(directory / ".gitignore", std::ios::binary) << file;
    std::set<std::string> paths;
    for (int i = 0; i < 60; ++i) {
      std::string path = names[below(names.size())];
      for (std::size_t depth = below(4); depth > 0; --depth) {
        paths.insert(path);
        path += "/" + names[below(names.size())];
      }
      paths.insert(path);
      std::filesystem::create_directories((directory / path).parent_path());  // for Git, which looks
    }
    const std::set<std::string> ignored = ignored_by_git(directory.path(), {paths.begin(), paths.end()});
    const PatternSet set(patterns);
    for (const std::string& path : paths) {
      bool is_inside = false;
      for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        is_inside = is_inside || ignored.contains(path.substr(0, slash));
      }
      if (is_inside && takes_back) continue;
      ++compared;
      const bool is_directory = std::filesystem::is_directory(directory / path);
      ASSERT_EQ(set.matches(is_directory ? path + "/" : path), ignored.contains(path)) << path << " by\n" << file;
    }
  }
  EXPECT_GT(compared, 8000U);
}

}  // namespace
