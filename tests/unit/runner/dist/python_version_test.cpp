// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/python_version.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {
namespace {

std::string normal(std::string_view text) {
  const auto version = parse_python_version(text);
  return version ? version->to_string() : version.error().message;
}

std::string specifiers(std::string_view text) {
  const auto set = parse_specifiers(text);
  return set ? set->to_string() : set.error().message;
}

bool allows(std::string_view text, std::string_view version) {
  return parse_specifiers(text)->allows(*parse_python_version(version));
}

TEST(PythonVersion, HasANormalForm) {
  EXPECT_EQ(normal("1"), "1");
  EXPECT_EQ(normal(" v01.02.00\n"), "1.2.0");
  EXPECT_EQ(normal("1.0-alpha1"), "1.0a1");
  EXPECT_EQ(normal("1.0_BETA.2"), "1.0b2");
  EXPECT_EQ(normal("1.0c3"), "1.0rc3");
  EXPECT_EQ(normal("1.0.preview"), "1.0rc0");
  EXPECT_EQ(normal("1.0pre-1"), "1.0rc1");
  EXPECT_EQ(normal("1.0-1"), "1.0.post1");
  EXPECT_EQ(normal("1.0rev"), "1.0.post0");
  EXPECT_EQ(normal("1.0-r.4"), "1.0.post4");
  EXPECT_EQ(normal("1.0dev"), "1.0.dev0");
  EXPECT_EQ(normal("1.0a-"), "1.0a0");
  EXPECT_EQ(normal("1.0a--1"), "1.0a0.post1");
  EXPECT_EQ(normal("1.0a.dev1"), "1.0a0.dev1");
  EXPECT_EQ(normal("2!1.0.0rc007.post1.dev2+Ubuntu-01_x"), "2!1.0.0rc7.post1.dev2+ubuntu.1.x");
  EXPECT_EQ(normal("0!1"), "1");
  EXPECT_EQ(normal("20240101123456789012345678901234567890"), "20240101123456789012345678901234567890");
}

TEST(PythonVersion, RefusesOtherTexts) {
  EXPECT_EQ(normal(""), "'' is no version of PEP 440");
  for (const char* text : {"x", "1.", "1..0", "1.0+", "1.0+a_", "1.0 a1", "1!", "!1", "1.0rc1rc2", "1.0-1-1", "vv1",
                           "1.*", "1.0+a+b", "1.0.post1a1", "\xc3\xbc"}) {
    EXPECT_THAT(normal(text), ::testing::HasSubstr("is no version of PEP 440")) << text;
  }
  EXPECT_THAT(normal(std::string(2'000, '1')), ::testing::StartsWith("has more than 1024 bytes"));
}

TEST(PythonVersion, HasPep440sOrder) {
  const std::vector<std::string> ascending{"1.0.dev1",    "1.0a1.dev1", "1.0a1",  "1.0a1.post1.dev2",
                                           "1.0a1.post1", "1.0a2",      "1.0a10", "1.0b1",
                                           "1.0rc1",      "1.0",        "1.0+a",  "1.0+a.b",
                                           "1.0+1",       "1.0+1.a",    "1.0+2",  "1.0.post1.dev1",
                                           "1.0.post1",   "1.0.1",      "1.10",   "2",
                                           "1!0.1"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_TRUE((*parse_python_version(ascending[i]) <=> *parse_python_version(ascending[j])) == (i <=> j))
          << ascending[i] << " and " << ascending[j];
    }
  }
  EXPECT_EQ(*parse_python_version("1.0"), *parse_python_version("1"));
}

TEST(Specifiers, AreSortedAsPackagingDoes) {
  EXPECT_EQ(specifiers(""), "");
  EXPECT_EQ(specifiers(">= 1.0 , <2"), "<2,>=1.0");
  EXPECT_EQ(specifiers("!=1.3.4.*,>=1.0,<=2.0,==1.9.*,~=1.1"), "!=1.3.4.*,<=2.0,==1.9.*,>=1.0,~=1.1");
  EXPECT_EQ(specifiers("==1.0,==1.0.0"), "==1.0") << "the first of those that mean the same";
  EXPECT_EQ(specifiers("==1.0-Alpha1"), "==1.0-Alpha1") << "versions stay as they are written";
  EXPECT_EQ(specifiers("=== any-thing"), "===any-thing");
  EXPECT_EQ(specifiers(">=1,,"), ">=1");
  EXPECT_EQ(specifiers("==1.0+local"), "==1.0+local");
}

TEST(Specifiers, RefuseOtherTexts) {
  EXPECT_EQ(specifiers(">=1,nope"), "'nope' is no version specifier of PEP 440");
  for (const char* text : {"1.0", ">", ">=1.0+local", ">=1.*", "~=1", "=1", "==1 2", "=>1", "==1.0rc1.*"}) {
    EXPECT_THAT(specifiers(text), ::testing::HasSubstr("is no version specifier")) << text;
  }
}

TEST(Specifiers, TellWhichVersionsTheyAllow) {
  EXPECT_TRUE(allows("", "3.8"));
  EXPECT_TRUE(allows(">=3.8", "3.10"));
  EXPECT_FALSE(allows(">=3.8", "3.7"));
  EXPECT_FALSE(allows(">=3.8.1", "3.8"));
  EXPECT_TRUE(allows("~=3.8", "3.10"));
  EXPECT_FALSE(allows("~=3.8", "4.0"));
  EXPECT_FALSE(allows("~=3.8.1", "3.9"));
  EXPECT_TRUE(allows("==3.*", "3.9"));
  EXPECT_FALSE(allows("!=3.*", "3.9"));
  EXPECT_FALSE(allows("==3.8.*", "3.9"));
  EXPECT_TRUE(allows("==3.0.*", "3"));
  EXPECT_TRUE(allows("==3.8.0", "3.8"));
  EXPECT_TRUE(allows("===3.8", "3.8"));
  EXPECT_FALSE(allows("===3.8.0", "3.8"));
  EXPECT_TRUE(allows("<3.9,>3.7", "3.8"));
  EXPECT_FALSE(allows("<3.8", "3.8"));
  EXPECT_TRUE(allows(">3.8rc1", "3.8"));
  EXPECT_TRUE(allows("<=3.8", "3.8.0"));
}

TEST(Specifiers, HaveALengthWithinALongerText) {
  EXPECT_EQ(specifier_length(">= 1.0; x"), 6U);
  EXPECT_EQ(specifier_length("==1.*)"), 5U);
  EXPECT_EQ(specifier_length("===a,b;"), 6U);
  EXPECT_EQ(specifier_length("~=1"), 0U);
  EXPECT_EQ(specifier_length("x"), 0U);
}

}  // namespace
}  // namespace grapnel::dist
