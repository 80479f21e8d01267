// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/regex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace grapnel {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The text of the group `version`, or the kind and message of the error.
std::string found(std::string_view pattern, std::string_view text) {
  const auto span = find_group(pattern, text, "version");
  if (span) return std::string(text.substr(span->begin, span->end - span->begin));
  constexpr const char* kKinds[] = {"pattern", "group", "match", "limit", "text"};
  return kKinds[static_cast<int>(span.error().kind)] + (": " + span.error().message);
}

constexpr std::string_view kDefault = R"re((?i)^(__version__|VERSION) *= *(['"])v?(?P<version>.+?)\2)re";

TEST(Regex, FindsAVersionByHatchsDefaultPattern) {
  EXPECT_EQ(found(kDefault, "import os\n__version__ = \"1.2.3\"\n"), "1.2.3");
  EXPECT_EQ(found(kDefault, "version='v2.0'"), "2.0");
  EXPECT_THAT(found(kDefault, "# __version__ = '1'\n"), StartsWith("match: "));
  EXPECT_EQ(found(kDefault, "VERSION = \"1\"\nVERSION = \"2\"\n"), "1");
}

TEST(Regex, TellsTheSpanInBytes) {
  const auto span = find_group("(?P<version>[0-9]+)", "ü = 12;", "version");
  ASSERT_TRUE(span);
  EXPECT_EQ(*span, (TextSpan{5, 7}));
}

TEST(Regex, TellsApartWhatIsWrong) {
  EXPECT_THAT(found("(?P<version>", "x"), StartsWith("pattern: "));
  EXPECT_EQ(found("(x)", "x"), "group: has no group named 'version'");
  EXPECT_EQ(found("(?P<version>y)", "x"), "match: matches nothing");
  EXPECT_EQ(found("(?P<version>y)?x", "x"), "match: matches without its group 'version'");
  EXPECT_EQ(found("(?P<version>y)", "\xff"), "text: is no UTF-8");
  EXPECT_EQ(found("(?P<version>\xff)", "y"), "pattern: is no UTF-8");
  EXPECT_THAT(found("(?P<version>y)", std::string(kMaxRegexText + 1, 'x')), StartsWith("text: has more than"));
  EXPECT_THAT(found(std::string(20'000, 'a'), "a"), StartsWith("pattern: has more than"));
  EXPECT_THAT(found(std::string(1'000, '(') + "(?P<version>a)" + std::string(1'000, ')'), "a"),
              StartsWith("pattern: "));
}

TEST(Regex, ReadsPythonsSyntax) {
  EXPECT_EQ(found("(?P<q>['\"])(?P<version>.*?)(?P=q)", "x = '1'"), "1");
  EXPECT_EQ(found("(?P<version>a{,2})b", "aaab"), "aa");
  EXPECT_EQ(found(R"((?P<version>x)\Z)", "x\nx"), "x");
  EXPECT_THAT(found(R"((?P<version>y)\Z)", "y\n"), StartsWith("match: ")) << "\\Z is the very end";
  EXPECT_THAT(found(R"((?P<version>a\vb))", "a\nb"), StartsWith("match: ")) << "\\v is one character";
  EXPECT_EQ(found(R"((?P<version>\u00fc\x41\U0001F600))", "üA😀"), "üA😀");
  EXPECT_EQ(found("(?P<version>[[:alpha]+)", "x:[a"), ":[a") << "[ within a class is a character";
  EXPECT_EQ(found("(?P<version>[]^]+)", "a]^"), "]^");
  EXPECT_EQ(found("(?P<version>[^]]+)", "]a"), "a");
  EXPECT_EQ(found(R"((?P<version>[\]\b]))", "]"), "]");
  EXPECT_EQ(found("(?#a (comment)(?P<version>a)", "a"), "a");
  EXPECT_EQ(found("(?x) (?P<version> a b )", "ab"), "ab");
  EXPECT_EQ(found("^(?P<version>\\w+)$", "ä\nb"), "ä");
}

TEST(Regex, RefusesWhatPythonRefuses) {
  EXPECT_EQ(found(R"((?P<version>\Q))", "Q"), "pattern: the unknown escape \\Q at character 13");
  EXPECT_THAT(found(R"((?P<version>[\Z]))", "Z"), HasSubstr("unknown escape"));
  EXPECT_THAT(found(R"((?P<version>\N{DASH}))", "-"), HasSubstr("unknown escape"));
  EXPECT_EQ(found(R"((?P<version>\x4))", "4"), "pattern: \\x without 2 hexadecimal digits at character 13");
  EXPECT_THAT(found("(*UTF)(?P<version>a)", "a"), HasSubstr("nothing to repeat"));
  EXPECT_THAT(found("(?P<version>a)\\", "a"), HasSubstr("a backslash without a character"));
  EXPECT_THAT(found("(?P<version>a)(?#", "a"), HasSubstr("comment"));
  EXPECT_THAT(found(R"((?P<version>\UFFFFFFFF))", "a"), StartsWith("pattern: "));
}

TEST(Regex, EndsWhereAMatchWouldTakeForEver) {
  EXPECT_EQ(found("(?P<version>(a+)+)$", std::string(100, 'a') + "!"), "limit: needs too many steps");
  EXPECT_EQ(found("(?P<version>a*?)b", std::string(kMaxRegexText, 'a')), "match: matches nothing") << "no b at all";
  EXPECT_EQ(found("(?P<version>a*?)[bc]d", std::string(kMaxRegexText - 1, 'a') + "d"), "limit: needs too many steps");
}

}  // namespace
}  // namespace grapnel
