// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/path_text.hpp"

#include <gtest/gtest.h>

using namespace hooks::protocol;

TEST(PathText, KnowsAbsolutePathsOfAnyHost) {
  EXPECT_TRUE(is_absolute_path_text("/a"));
  EXPECT_TRUE(is_absolute_path_text("C:\\a"));
  EXPECT_TRUE(is_absolute_path_text("d:/a"));
  EXPECT_FALSE(is_absolute_path_text("a/b"));
  EXPECT_FALSE(is_absolute_path_text("1:\\a"));
  EXPECT_FALSE(is_absolute_path_text(""));
}

TEST(PathText, ADirectoryEndsWithASeparator) {
  EXPECT_TRUE(is_directory_text("/a/"));
  EXPECT_TRUE(is_directory_text("C:\\a\\"));
  EXPECT_FALSE(is_directory_text("/a\\"));  // a file of this host
  EXPECT_FALSE(is_directory_text("/a"));
  EXPECT_EQ(directory_from_text("/a/b//"), "/a/b");
  EXPECT_EQ(directory_from_text("/"), "/");
  EXPECT_EQ(directory_from_text("C:\\"), "C:\\");
}
