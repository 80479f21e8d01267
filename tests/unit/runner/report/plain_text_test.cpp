// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/plain_text.hpp"

#include "runner/report/time_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace std::chrono_literals;
using grapnel::report::first_bytes;
using grapnel::report::last_lines;
using grapnel::report::one_line;
using grapnel::report::plain_text;

TEST(PlainText, LosesEscapeSequencesAndControlCharacters) {
  EXPECT_EQ(plain_text("\x1b[1;31mred\x1b[0m \x1b]0;title\x07text"), "red text");
  EXPECT_EQ(plain_text("\x1b]0;title\x1b\\text\x1b(B"), "textB");
  EXPECT_EQ(plain_text(std::string("a\0b\x08\x7f\xc2\x9b", 7)), "ab");
  EXPECT_EQ(plain_text("a\r\nb\rc\td\n"), "a\nb\nc\td\n");
  EXPECT_EQ(plain_text("\u202Eé\u2066🦀\uFFFE\uFFFD"), "é🦀\uFFFD");
}

TEST(PlainText, LosesNoTextToASequenceThatDoesNotEnd) {
  EXPECT_EQ(plain_text("\x1b"), "");
  EXPECT_EQ(plain_text("\x1b["), "");
  EXPECT_EQ(plain_text("\x1b[31\nnext"), "\nnext");
  EXPECT_EQ(plain_text("\x1b]0;never\nnext"), "0;never\nnext");
  EXPECT_EQ(plain_text("\x1b[1é"), "é");
}

TEST(LastLines, AreTheLastOnesWholeAndBounded) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2, 100), "b\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc", 2, 100), "b\nc");
  EXPECT_EQ(last_lines("a\nb\n", 5, 100), "a\nb\n");
  EXPECT_EQ(last_lines("\n\n\n", 1, 100), "\n");
  EXPECT_EQ(last_lines("", 5, 100), "");
  EXPECT_EQ(last_lines("aaaa\nbb", 5, 4), "a\nbb");
  EXPECT_EQ(last_lines("éé", 5, 3), "é");
}

TEST(FirstBytes, CutBetweenCharacters) {
  EXPECT_EQ(first_bytes("abc", 3), "abc");
  EXPECT_EQ(first_bytes("abcdef", 5), "ab…");
  EXPECT_EQ(first_bytes("éééé", 6), "é…");
}

TEST(OneLine, IsOneVisibleLine) {
  EXPECT_EQ(one_line("a\nb\tc\x1b"), "a\\nb\\tc\\x1b");
  EXPECT_EQ(one_line(std::string(1000, 'x'), 10), "xxxxxxx…");
}

TEST(TimeText, IsNeverInExponentForm) {
  using namespace grapnel::report;
  EXPECT_EQ(seconds_text(10us), "0.000");
  EXPECT_EQ(seconds_text(1234567ns), "0.001");
  EXPECT_EQ(seconds_text(1000000h), "3600000000.000");
  EXPECT_EQ(seconds_text(-1s), "0.000");
  EXPECT_EQ(milliseconds_text(1234567ns), "1.234");
  EXPECT_EQ(microseconds_text(1234567ns), "1234.567");
  EXPECT_EQ(duration_words(999ms), "999 ms");
  EXPECT_EQ(duration_words(59999ms), "59.9 s");
  EXPECT_EQ(duration_words(3min + 12s), "3 min 12 s");
  EXPECT_EQ(duration_words(62min), "1 h 2 min");
}

TEST(TimeText, IsRfc3339) {
  using namespace grapnel::report;
  using std::chrono::system_clock;
  EXPECT_EQ(time_text(system_clock::time_point()), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(time_text(system_clock::time_point(1709210096s)), "2024-02-29T12:34:56.000000Z");
  EXPECT_EQ(time_text(system_clock::time_point(-1us)), "1969-12-31T23:59:59.999999Z");
}

TEST(PlainText, IsCutBetweenCharacters) {
  using namespace grapnel::report;
  EXPECT_EQ(last_bytes("abc", 3), "abc");
  EXPECT_EQ(last_bytes("äöü", 5), "…ü");
  EXPECT_EQ(first_bytes("äöü", 5), "ä…");
  EXPECT_EQ(first_bytes("äöü", 4), "…");
}

}  // namespace
