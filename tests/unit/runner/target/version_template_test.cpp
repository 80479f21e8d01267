// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/version_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace grapnel::target {
namespace {

using testing::HasSubstr;

std::string filled(std::string_view text) {
  const auto result = fill_template(text, "1.0rc1");
  return result ? *result : "error: " + result.error().message;
}

TEST(VersionTemplate, TheDefaultIsAModule) {
  EXPECT_THAT(filled(kDefaultVersionTemplate), HasSubstr("\n__version__ = VERSION = '1.0rc1'\n"));
}

TEST(VersionTemplate, Fields) {
  EXPECT_EQ(filled(""), "");
  EXPECT_EQ(filled("no field\n"), "no field\n");
  EXPECT_EQ(filled("v = {version!r}"), "v = '1.0rc1'");
  EXPECT_EQ(filled("{version}{version!s}"), "1.0rc11.0rc1");
}

TEST(VersionTemplate, Braces) {
  EXPECT_EQ(filled("{{version}}"), "{version}");
  EXPECT_EQ(filled("{{{version}}}"), "{1.0rc1}");
  EXPECT_EQ(filled("{{}}"), "{}");
}

TEST(VersionTemplate, SaysWhatElseStandsWhere) {
  EXPECT_THAT(filled("ab {name}"), HasSubstr("found the field 'name' at byte 3; expected {version} or {version!r}"));
  EXPECT_THAT(filled("{}"), HasSubstr("found the field '' at byte 0"));
  EXPECT_THAT(filled("{version:>9}"), HasSubstr("found the field 'version:>9'"));
  EXPECT_THAT(filled("{version.x}"), HasSubstr("found the field 'version.x'"));
  EXPECT_THAT(filled("a{version"), HasSubstr("found a '{' without '}' at byte 1"));
  EXPECT_THAT(filled("a}b"), HasSubstr("found a single '}' at byte 1"));
  EXPECT_THAT(filled("{{}"), HasSubstr("found a single '}' at byte 2"));
}

}  // namespace
}  // namespace grapnel::target
