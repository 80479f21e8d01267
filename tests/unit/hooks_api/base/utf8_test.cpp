// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/utf8.hpp"

#include <gtest/gtest.h>

TEST(Utf8, KnowsCharacters) {
  using hooks::base::utf8_length;
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("é"), 2U);
  EXPECT_EQ(utf8_length("€"), 3U);
  EXPECT_EQ(utf8_length("😀"), 4U);
  // Empty, a stray continuation, overlong forms, a surrogate, beyond the last character, cut off.
  for (const char* text :
       {"", "\x80", "\xC0\x80", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(utf8_length(text), 0U) << text;
  }
}

TEST(Utf8, FindsTheFirstByteThatIsNone) {
  // Around the eight bytes that are looked at together.
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string text = std::string(before, 'a') + "é";
    EXPECT_EQ(hooks::base::utf8_prefix(text), before + 2) << before;
    EXPECT_EQ(hooks::base::utf8_prefix(text + "\xFF rest of it"), before + 2) << before;
    EXPECT_EQ(hooks::base::utf8_prefix(text.substr(0, before + 1)), before) << before;
  }
}

TEST(Utf8, ReplacesOnlyWhatIsInvalid) {
  EXPECT_EQ(hooks::base::to_utf8("a\xFF\xC3\xA9"), "a\uFFFDé");
  EXPECT_TRUE(hooks::base::is_utf8("a é 😀"));
  EXPECT_FALSE(hooks::base::is_utf8("a\xFF"));
}
