// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/requirement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace grapnel::dist {
namespace {

using ::testing::HasSubstr;

std::string normal(std::string_view text) {
  const auto requirement = parse_requirement(text);
  return requirement ? requirement->to_string() : requirement.error().message;
}

std::string for_extra(std::string_view text) { return parse_requirement(text)->to_string_for_extra("dev"); }

TEST(Requirement, HasANormalForm) {
  EXPECT_EQ(normal("Foo"), "foo");
  EXPECT_EQ(normal("  My.Demo__Pkg  "), "my-demo-pkg");
  EXPECT_EQ(normal("foo >= 1.0 , < 2"), "foo<2,>=1.0");
  EXPECT_EQ(normal("foo (>=1.0)"), "foo>=1.0");
  EXPECT_EQ(normal("foo ( )"), "foo");
  EXPECT_EQ(normal("foo==1.0RC1"), "foo==1.0rc1");
  EXPECT_EQ(normal("foo>=1,"), "foo>=1");
  EXPECT_EQ(normal("foo [B_ar, baz ,baz]~=1.0"), "foo[b-ar,baz]~=1.0");
  EXPECT_EQ(normal("foo[]"), "foo");
  EXPECT_EQ(normal("foo===a,>=1"), "foo===a,>=1");
}

TEST(Requirement, MayHaveAUrl) {
  EXPECT_EQ(normal("Foo @ https://example.com/foo.whl"), "foo@ https://example.com/foo.whl");
  EXPECT_EQ(normal("foo[a] @ git+ssh://git@h/p@v1 "), "foo[a]@ git+ssh://git@h/p@v1");
  EXPECT_EQ(normal("foo@file:///a/b;c ; os_name=='nt'"), "foo@ file:///a/b;c ; os_name == 'nt'");
  EXPECT_EQ(normal("foo @ nowhere"), "found 'n'; expected a URL at character 7");
  EXPECT_EQ(normal("foo @"), "found the end; expected a URL at character 6");
}

TEST(Requirement, HasAMarkerWithItsParenthesesAndQuotesNormal) {
  EXPECT_EQ(normal("foo;python_version<\"3.8\""), "foo; python_version < '3.8'");
  EXPECT_EQ(normal("foo>=1 ; 'linux' in sys.platform"), "foo>=1; 'linux' in sys_platform");
  EXPECT_EQ(normal("foo; os_name  not  in 'a b'"), "foo; os_name not in 'a b'");
  EXPECT_EQ(normal("foo; python_implementation == 'PyPy'"), "foo; platform_python_implementation == 'PyPy'");
  EXPECT_EQ(normal("foo; extra == 'A_b'"), "foo; extra == 'a-b'");
  EXPECT_EQ(normal("foo; os_name == extra"), "foo; os_name == extra");
  EXPECT_EQ(normal("foo; ((os_name == 'a'))"), "foo; os_name == 'a'");
  EXPECT_EQ(normal("foo; (os_name == 'a' or os_name=='b')and(os_name!='c')"),
            "foo; (os_name == 'a' or os_name == 'b') and os_name != 'c'");
  EXPECT_EQ(normal("foo; (os_name == 'a' or os_name == 'b')"), "foo; os_name == 'a' or os_name == 'b'");
  EXPECT_EQ(normal("foo; ((os_name == 'a' or os_name == 'b')) and os_name == 'c'"),
            "foo; (os_name == 'a' or os_name == 'b') and os_name == 'c'")
      << "however many parentheses, the meaning stays";
  EXPECT_EQ(normal("foo; os_name == \"it's\""), "foo; os_name == \"it's\"");
}

TEST(Requirement, MayBelongToAnExtra) {
  EXPECT_EQ(for_extra("foo>=1"), "foo>=1; extra == 'dev'");
  EXPECT_EQ(for_extra("foo; os_name=='a'"), "foo; (os_name == 'a') and extra == 'dev'");
  EXPECT_EQ(for_extra("foo; os_name=='a' or os_name=='b'"),
            "foo; (os_name == 'a' or os_name == 'b') and extra == 'dev'");
  EXPECT_EQ(for_extra("foo @ https://a/b"), "foo@ https://a/b ; extra == 'dev'");
  EXPECT_EQ(for_extra("foo @ https://a/b ; os_name=='a'"), "foo@ https://a/b ; (os_name == 'a') and extra == 'dev'");
}

TEST(Requirement, SaysWhereATextIsWrong) {
  EXPECT_EQ(normal(""), "found the end; expected a name at character 1");
  EXPECT_EQ(normal("&"), "found '&'; expected a name at character 1");
  EXPECT_EQ(normal("foo-"), "'foo-' is no name of a project at character 1");
  EXPECT_EQ(normal("foo bar"), "found 'b'; expected a version specifier, ';' or the end at character 5");
  EXPECT_EQ(normal("foo 1.0"), "found '1'; expected a version specifier, ';' or the end at character 5");
  EXPECT_EQ(normal("foo[a b]"), "found 'b'; expected ',' or ']' at character 7");
  EXPECT_EQ(normal("foo[a,]"), "found ']'; expected the name of an extra at character 7");
  EXPECT_EQ(normal("foo[a"), "found the end; expected ',' or ']' at character 6");
  EXPECT_EQ(normal("foo(>=1"), "found the end; expected ',' or ')' at character 8");
  EXPECT_EQ(normal("foo;"), "found the end; expected a variable of markers or a string in quotes at character 5");
  EXPECT_EQ(normal("foo; nope == 'a'"), "'nope' is no variable of markers, such as 'os_name' at character 6");
  EXPECT_THAT(normal("foo; os_name = 'a'"), HasSubstr("expected one of <=, <, !="));
  EXPECT_EQ(normal("foo; os_name not 'a'"), "found '''; expected 'in' at character 18");
  EXPECT_EQ(normal("foo; os_name == 'a"), "a string without its end at character 17");
  EXPECT_EQ(normal("foo; (os_name == 'a'"), "found the end; expected 'and', 'or' or ')' at character 21");
  EXPECT_EQ(normal("foo; os_name == 'a' x"), "found 'x'; expected 'and', 'or' or the end at character 21");
  EXPECT_EQ(normal("foo @ a:b x"), "found 'x'; expected ';' or the end at character 11");
}

TEST(Requirement, ForgesNoLines) {
  EXPECT_THAT(normal("foo\nEvil: x"), HasSubstr("a control character at character 4"));
  EXPECT_THAT(normal(std::string("foo; os_name == 'a\0'", 20)), HasSubstr("a control character"));
  EXPECT_THAT(normal(R"(foo; os_name == 'a\nEvil: x')"), HasSubstr("a backslash; expected a string without"));
  EXPECT_EQ(normal("foo\xff"), "is no UTF-8");
}

TEST(Requirement, IsBounded) {
  EXPECT_THAT(normal(std::string(20'000, 'a')), HasSubstr("has more than 16384 bytes"));
  const std::string deep = "foo; " + std::string(1'000, '(') + "os_name == 'a'" + std::string(1'000, ')');
  EXPECT_THAT(normal(deep), HasSubstr("more than 32 levels of parentheses"));
}

}  // namespace
}  // namespace grapnel::dist
