// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/license_files.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace grapnel::dist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NameMatches, KnowsStarsQuestionMarksAndClasses) {
  EXPECT_TRUE(name_matches("LICEN[CS]E*", "LICENCE.txt"));
  EXPECT_FALSE(name_matches("LICEN[CS]E*", "LICENZE"));
  EXPECT_TRUE(name_matches("*", "a"));
  EXPECT_FALSE(name_matches("*", ".a")) << "hidden";
  EXPECT_TRUE(name_matches(".*", ".a"));
  EXPECT_TRUE(name_matches("a?c",
                           "a\xc3\xbc"
                           "c"));
  EXPECT_TRUE(name_matches("[!a-c]x", "dx"));
  EXPECT_FALSE(name_matches("[!a-c]x", "bx"));
  EXPECT_TRUE(name_matches("[]a]", "]"));
  EXPECT_TRUE(name_matches("[a-]", "-"));
  EXPECT_TRUE(name_matches("[ab", "[ab")) << "a class without an end is text";
  EXPECT_TRUE(name_matches("*a*b", "xaybzb"));
  EXPECT_FALSE(name_matches("*a*b", "xaybz"));
  EXPECT_FALSE(name_matches("", "a"));
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  EXPECT_FALSE(name_matches(stars + "b", std::string(255, 'a'))) << "in no time";
}

TEST(FindFiles, IsBounded) {
  const tests::TemporaryDirectory root;
  EXPECT_THAT(*find_files(root.path(), {"**/**/**", "no/such", "*/x", "a/b/*"}), ElementsAre());
  std::ofstream(root.path() / "a\nb") << "";
  const auto files = find_files(root.path(), {"*"});
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().message, HasSubstr("cannot stand in a line of text"));
}

TEST(FindFiles, FollowsNoLinksDown) {
  const tests::TemporaryDirectory root;
  std::filesystem::create_directory(root.path() / "a");
  std::ofstream(root.path() / "a/x") << "";
  std::filesystem::create_directory_symlink("..", root.path() / "a/up");
  EXPECT_THAT(*find_files(root.path(), {"**/x"}), ElementsAre("a/x"));
  EXPECT_THAT(*find_files(root.path(), {"a/up/a/x"}), ElementsAre("a/up/a/x")) << "where it is named";
}

}  // namespace
}  // namespace grapnel::dist
