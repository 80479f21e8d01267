// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Markdown, FencesAreLongerThanWhatIsInside) {
  EXPECT_EQ(report::markdown_block("a\n````\nb", 100), "`````\na\n````\nb\n`````\n");
  for (const std::string& text : {std::string(5000, '`'), std::string(5000, '\x1b'), std::string(4999, 'x') + "é"}) {
    const std::string block = report::markdown_block(text, 1000);
    EXPECT_LE(block.size(), 1000U);
    EXPECT_GE(block.size(), 300U);
    const std::size_t fence = block.find_first_not_of('`');
    EXPECT_THAT(block.substr(fence), Not(HasSubstr(std::string(fence, '`') + "`")));
    EXPECT_TRUE(block.ends_with("\n" + std::string(fence, '`') + "\n"));
  }
}

TEST(Markdown, ReasonsAreNoMarkdown) {
  EXPECT_EQ(report::markdown_text("<b>\n[x](y) *"), "\\<b\\> \\[x\\](y) \\*");
  EXPECT_EQ(report::markdown_code("a`"), "`` a` ``");
}

}  // namespace
}  // namespace grapnel
