// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/dependency.hpp"

#include "runner/cache/check.hpp"
#include "runner/cache/record.hpp"
#include "tests/support/rest.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>

namespace grapnel::cache {
namespace {

namespace fs = std::filesystem;
using Kind = FileState::Kind;
using tests::rest;
using tests::TemporaryDirectory;

bool is_surely_unchanged_now(const Dependency& dependency) {
  return is_surely_unchanged(encode_dependencies({dependency}));
}

TEST(LookAgain, AFileThatHadRestNeedsNoReading) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "abc");
  rest();
  const Dependency dependency = observe(Role::declared, Counts::content, file);
  EXPECT_TRUE(is_surely_unchanged_now(dependency));
  const Observed observed = look_again(dependency);
  EXPECT_FALSE(observed.changed);
  EXPECT_FALSE(observed.is_worth_recording);
  EXPECT_EQ(observed.content.digest, Digest{});  // nobody read it
}

TEST(LookAgain, AFileSeenInTheTickOfItsTouchIsReadOnce) {
  const TemporaryDirectory directory;
  std::string file;
  Dependency dependency;
  // On a busy machine the tick may be over before the look.
  constexpr int kTries = 1000;
  for (int i = 0; i == 0 || (i < kTries && is_surely_unchanged_now(dependency)); ++i) {
    file = directory.write("file", "abc");
    dependency = observe(Role::declared, Counts::content, file);
  }
  ASSERT_FALSE(is_surely_unchanged_now(dependency));
  rest();
  const Observed observed = look_again(dependency);
  EXPECT_FALSE(observed.changed);
  EXPECT_TRUE(observed.is_worth_recording);
  dependency.state = observed.content.state;
  dependency.seen_at = observed.seen_at;
  EXPECT_TRUE(is_surely_unchanged_now(dependency));
}

// The case that stat alone cannot see: the same size, in the tick in which the file was looked at.
TEST(LookAgain, AnEditRightBehindTheLookIsSeen) {
  const TemporaryDirectory directory;
  for (int i = 0; i < 50; ++i) {
    const std::string file = directory.write("file", "abc");
    const Dependency dependency = observe(Role::declared, Counts::content, file);
    directory.write("file", "abd");
    EXPECT_FALSE(is_surely_unchanged_now(dependency));
    EXPECT_TRUE(look_again(dependency).changed);
  }
}

struct Case {
  const char* name;
  Counts counts;
  const char* path;
  bool changes;
  std::function<void(const TemporaryDirectory&)> edit;
};

void set_time(const fs::path& path, std::time_t seconds) {
  const timespec times[2] = {{seconds, 5}, {seconds, 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

TEST(LookAgain, SeesWhatCountsAndNothingElse) {
  const auto content = Counts::content;
  const auto children = Counts::children;
  const std::vector<Case> cases{
      {"nothing", content, "file", false, [](const auto&) {}},
      {"touched", content, "file", false, [](const auto& at) { set_time(at / "file", 2'000'000'000); }},
      {"written again", content, "file", false, [](const auto& at) { at.write("file", "abc"); }},
      {"replaced by the same", content, "file", false,
       [](const auto& at) { fs::rename(at.write("new", "abc"), at / "file"); }},
      {"readable for more", content, "file", false, [](const auto& at) { ::chmod((at / "file").c_str(), 0644); }},
      {"behind a link now", content, "file", false,
       [](const auto& at) {
         fs::rename(at / "file", at / "elsewhere");
         fs::create_symlink("elsewhere", at / "file");
       }},
      {"edited", content, "file", true, [](const auto& at) { at.write("file", "abd"); }},
      {"edited, its time set back", content, "file", true,
       [](const auto& at) {
         const auto time = fs::last_write_time(at / "file");
         at.write("file", "abd");
         fs::last_write_time(at / "file", time);
       }},
      {"longer", content, "file", true, [](const auto& at) { at.write("file", "abcd"); }},
      {"gone", content, "file", true, [](const auto& at) { fs::remove(at / "file"); }},
      {"executable", content, "file", true, [](const auto& at) { ::chmod((at / "file").c_str(), 0700); }},
      {"a directory now", content, "file", true,
       [](const auto& at) {
         fs::remove(at / "file");
         fs::create_directory(at / "file");
       }},
      {"still missing", content, "missing", false, [](const auto& at) { at.write("other", ""); }},
      {"there now", content, "missing", true, [](const auto& at) { at.write("missing", ""); }},
      {"a dangling link is still missing", content, "missing", false,
       [](const auto& at) { fs::create_symlink("nowhere", at / "missing"); }},
      {"a child edited", children, "directory", false, [](const auto& at) { at.write("directory/a", "2"); }},
      {"something deeper", children, "directory", false, [](const auto& at) { at.write("directory/b/more", ""); }},
      {"a child that came and went", children, "directory", false,
       [](const auto& at) { fs::remove(at.write("directory/c", "")); }},
      {"a new child", children, "directory", true, [](const auto& at) { at.write("directory/c", ""); }},
      {"a child gone", children, "directory", true, [](const auto& at) { fs::remove(at / "directory/a"); }},
      {"a child renamed", children, "directory", true,
       [](const auto& at) { fs::rename(at / "directory/a", at / "directory/c"); }},
      {"a child of another type", children, "directory", true,
       [](const auto& at) {
         fs::remove(at / "directory/a");
         fs::create_directory(at / "directory/a");
       }},
      {"a directory gone", children, "directory", true, [](const auto& at) { fs::remove_all(at / "directory"); }},
      {"a file in its place", children, "directory", true,
       [](const auto& at) {
         fs::remove_all(at / "directory");
         at.write("directory", "");
       }},
  };
  for (const Case& one : cases) {
    for (const bool had_rest : {true, false}) {
      SCOPED_TRACE(std::string(one.name) + (had_rest ? "" : ", at once"));
      const TemporaryDirectory at;
      at.write("file", "abc");
      ASSERT_EQ(::chmod((at / "file").c_str(), 0600), 0);
      at.write("directory/a", "1");
      at.write("directory/b/deep", "1");
      if (had_rest) rest();
      const std::string path = at / one.path;
      const Dependency dependency = observe(Role::declared, one.counts, path);
      one.edit(at);
      EXPECT_EQ(look_again(dependency).changed, one.changes);
      EXPECT_FALSE(one.changes && is_surely_unchanged_now(dependency));
    }
  }
}

TEST(LookAgain, WhatIsUnreadableIsNeverUnchanged) {
  const TemporaryDirectory directory;
  fs::create_symlink("circle", directory / "circle");
  const std::string path = directory / "circle";
  const Dependency dependency = observe(Role::declared, Counts::content, path);
  EXPECT_EQ(dependency.state.kind, Kind::unreadable);
  EXPECT_FALSE(is_surely_unchanged_now(dependency));
  EXPECT_TRUE(look_again(dependency).changed);
}

// More lists than one thread takes, begun early or not: each gets its own answer.
TEST(Checks, AnswersForEachList) {
  const TemporaryDirectory directory;
  const std::string same = directory.write("same", "");
  const std::string other = directory.write("other", "");
  rest();
  const std::vector<Dependency> unchanged{observe(Role::declared, Counts::content, same)};
  const std::vector<Dependency> changed{observe(Role::declared, Counts::content, same),
                                        observe(Role::declared, Counts::content, other)};
  directory.write("other", "x");
  std::vector<std::string> encoded;  // each with a place of its own, as in a log
  for (int i = 0; i < 1000; ++i) encoded.push_back(encode_dependencies(i % 7 == 0 ? changed : unchanged));
  const std::vector<std::string_view> lists(encoded.begin(), encoded.end());
  for (const std::size_t begun : {0U, 1U, 500U, 1000U}) {
    Checks checks(directory.path());
    checks.begin({lists.begin(), lists.begin() + static_cast<std::ptrdiff_t>(begun)});
    // From the end, so that some are asked for before and some after another thread has looked at them.
    for (std::size_t i = lists.size(); i-- > 0;)
      EXPECT_EQ(checks.is_unchanged(lists[i]), i % 7 != 0) << begun << " " << i;
    EXPECT_TRUE(checks.is_unchanged({}));
    EXPECT_TRUE(checks.is_unchanged(lists[1])) << "asked again";
    EXPECT_FALSE(checks.is_unchanged(lists[1].substr(0, lists[1].size() - 1)))
        << "torn, at the place of one that is begun";
  }
  Checks unused(directory.path());
  unused.begin(lists);
}

TEST(Checks, WhatMakesNoSenseIsNotUnchanged) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "");
  rest();
  const std::string encoded = encode_dependencies({observe(Role::declared, Counts::content, file)});
  EXPECT_TRUE(is_surely_unchanged(encoded));
  EXPECT_TRUE(is_surely_unchanged(std::string_view()));
  for (std::size_t size = 1; size < encoded.size(); ++size) EXPECT_FALSE(is_surely_unchanged(encoded.substr(0, size)));
}

// A path relative to an open directory is the path itself, whatever its name begins with.
TEST(Checks, ADirectoryThatIsOpenChangesNoAnswer) {
  const TemporaryDirectory directory;
  directory.write("packages/file", "");
  directory.write("packages and more/file", "");
  rest();
  const Below below(directory / "packages");
  for (const char* name : {"packages/file", "packages and more/file", "packages", "packages/missing", "missing"}) {
    const std::string path = directory / name;
    EXPECT_TRUE(is_surely_unchanged(encode_dependencies({observe(Role::declared, Counts::content, path)}), below))
        << name;
    EXPECT_EQ(below.state_of(std::string_view(path.c_str())), state_of(path.c_str())) << name;
  }
  EXPECT_EQ(Below("/no/such/directory").state_of("/dev/null"), state_of("/dev/null"));
}

}  // namespace
}  // namespace grapnel::cache
