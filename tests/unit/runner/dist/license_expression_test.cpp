// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/license_expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace grapnel::dist {
namespace {

using ::testing::HasSubstr;

std::string normal(std::string_view text) {
  const auto expression = normal_license_expression(text);
  return expression ? *expression : expression.error().message;
}

TEST(LicenseExpression, HasSpdxsCase) {
  EXPECT_EQ(normal("mit"), "MIT");
  EXPECT_EQ(normal(" mit  or(apache-2.0 With llvm-exception and 0bsd) "),
            "MIT OR (Apache-2.0 WITH LLVM-exception AND 0BSD)");
  EXPECT_EQ(normal("((MIT))"), "((MIT))");
  EXPECT_EQ(normal("gpl-2.0+"), "GPL-2.0+");
  EXPECT_EQ(normal("licenseref-My.Own-1"), "LicenseRef-My.Own-1");
  EXPECT_EQ(normal("zlib-acknowledgement AND 0BSD"), "zlib-acknowledgement AND 0BSD");
}

TEST(LicenseExpression, NamesWhatIsWrong) {
  EXPECT_THAT(normal("MIT or Foo"), HasSubstr("'Foo' is no license of SPDX's list"));
  EXPECT_THAT(normal("MIT with Foo"), HasSubstr("'Foo' is no license exception"));
  EXPECT_THAT(normal("LicenseRef-a_b"), HasSubstr("is no LicenseRef"));
  EXPECT_THAT(normal(""), HasSubstr("found no license"));
  EXPECT_THAT(normal("MIT OR"), HasSubstr("ends where"));
  EXPECT_THAT(normal("(MIT"), HasSubstr("lacks a ')'"));
  for (const char* text :
       {"MIT MIT", "or MIT", "MIT)", "MIT (MIT)", "()", "MIT with (MIT)", "(MIT) with LLVM-exception",
        "MIT with LLVM-exception with LLVM-exception", "MIT and and MIT"}) {
    EXPECT_THAT(normal(text), HasSubstr("does not fit there")) << text;
  }
  EXPECT_THAT(normal(std::string(5'000, '(')), HasSubstr("has more than 4096 bytes"));
}

TEST(LicenseExpression, KnowsEachNameOfItsLists) {
  for (const std::string_view name : spdx_licenses()) EXPECT_EQ(normal(name), name);
  for (const std::string_view name : spdx_exceptions()) {
    EXPECT_EQ(normal("MIT WITH " + std::string(name)), "MIT WITH " + std::string(name));
  }
}

}  // namespace
}  // namespace grapnel::dist
