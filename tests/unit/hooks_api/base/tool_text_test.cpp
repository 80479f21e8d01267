// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/tool_text.hpp"

#include <gtest/gtest.h>

namespace {

using hooks::base::last_lines;

TEST(LastLines, CountsLines) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "b\nc");
  EXPECT_EQ(last_lines("a\nb\nc", 2), "b\nc");
  EXPECT_EQ(last_lines("a\nb\n", 9), "a\nb");
  EXPECT_EQ(last_lines("\n\n\n", 2), "\n");
  EXPECT_EQ(last_lines("", 3), "");
  EXPECT_EQ(last_lines("one", 1), "one");
  EXPECT_EQ(last_lines("a\nb", 0), "");
}

}  // namespace
