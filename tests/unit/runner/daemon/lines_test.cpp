// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/lines.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace grapnel::hookd {
namespace {

TEST(LineReader, TakesLinesVerbatim) {
  LineReader reader(10);
  EXPECT_EQ(reader.next(), std::nullopt);
  reader.feed(std::string("a\r\n\n\0b\nrest", 11));
  EXPECT_EQ(reader.next(), (Line{"a\r", false}));
  EXPECT_EQ(reader.next(), (Line{"", false}));
  EXPECT_EQ(reader.next(), (Line{std::string("\0b", 2), false}));
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.unfinished(), (Line{"rest", false}));
  EXPECT_EQ(reader.unfinished(), std::nullopt);
}

TEST(LineReader, DropsTheRestOfALineThatIsTooLong) {
  for (const std::size_t piece : {1U, 3U, 1000U}) {
    LineReader reader(10);
    const std::string text = "0123456789\n0123456789x\n" + std::string(500, 'y') + "\nnext\n";
    std::string seen;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      reader.feed(text.substr(at, piece));
      while (const auto line = reader.next()) seen += line->text.substr(0, 10) + (line->is_too_long ? "! " : " ");
    }
    EXPECT_EQ(seen, "0123456789 0123456789! yyyyyyyyyy! next ");
  }
}

TEST(LineReader, AnUnfinishedLineMayBeTooLongToo) {
  LineReader reader(10);
  reader.feed(std::string(11, 'x'));
  EXPECT_EQ(reader.next(), std::nullopt);
  reader.feed("more");
  EXPECT_EQ(reader.next(), std::nullopt);
  const auto line = reader.unfinished();
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->is_too_long);
  EXPECT_EQ(reader.unfinished(), std::nullopt);
}

TEST(LineReader, KeepsOnlyTheBeginningOfALineThatIsTooLong) {
  LineReader reader(1U << 20U);
  reader.feed(std::string(2U << 20U, 'x') + "\n");
  const auto line = reader.next();
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->is_too_long);
  EXPECT_EQ(line->text, std::string(LineReader::kKeptOfTooLong, 'x'));
}

}  // namespace
}  // namespace grapnel::hookd
