// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/errors.hpp"
#include "runner/workspace/workspace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace grapnel::workspace {
namespace {

using ::testing::HasSubstr;

std::string path(std::string_view uri, const std::filesystem::path& base = "/app/.dart_tool") {
  return path_of_uri(uri, base).string();
}

std::string refusal(std::string_view uri) {
  try {
    return "accepted as " + path(uri);
  } catch (const ProjectError& error) {
    return error.what();
  }
}

TEST(PathOfUri, ReadsFileUris) {
  EXPECT_EQ(path("file:///home/user/pkg"), "/home/user/pkg");
  EXPECT_EQ(path("file:///home/user/pkg/"), "/home/user/pkg");
  EXPECT_EQ(path("file:/home/user/pkg"), "/home/user/pkg");
  EXPECT_EQ(path("FILE:///pkg"), "/pkg");
  EXPECT_EQ(path("file://localhost/pkg"), "/pkg");
  EXPECT_EQ(path("file:///"), "/");
  EXPECT_EQ(path("file:///C:/pkg"), "/C:/pkg");
}

TEST(PathOfUri, CountsRelativeReferencesFromTheBase) {
  EXPECT_EQ(path("../"), "/app");
  EXPECT_EQ(path(".."), "/app");
  EXPECT_EQ(path(""), "/app/.dart_tool");
  EXPECT_EQ(path("../packages/a"), "/app/packages/a");
  EXPECT_EQ(path("../packages/a", "/app/.dart_tool/"), "/app/packages/a");
  EXPECT_EQ(path("/absolute"), "/absolute");
}

TEST(PathOfUri, RemovesDotSegmentsAlsoEscapedOnes) {
  EXPECT_EQ(path("../a/./b/../c//d"), "/app/a/c/d");
  EXPECT_EQ(path("../../../../../x"), "/x");
  EXPECT_EQ(path("%2e%2E/x"), "/app/x");
  EXPECT_EQ(path("file:///../x"), "/x");
}

TEST(PathOfUri, DecodesEscapes) {
  EXPECT_EQ(path("file:///with%20space/%C3%A9t%c3%a9"), "/with space/été");
  EXPECT_EQ(path("file:///été"), "/été");
  EXPECT_EQ(path("file:///100%25"), "/100%");
  EXPECT_EQ(path("file:///what%3F%23"), "/what?#");
  EXPECT_EQ(path("file:///a+b"), "/a+b");
}

TEST(PathOfUri, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("http://example.com/pkg"), HasSubstr("'http://example.com/pkg' is no file: URI"));
  EXPECT_THAT(refusal("package:a/b"), HasSubstr("is no file: URI"));
  EXPECT_THAT(refusal("file:relative"), HasSubstr("without an absolute path"));
  EXPECT_THAT(refusal("file://host/pkg"), HasSubstr("on another host"));
  EXPECT_THAT(refusal("//host/pkg"), HasSubstr("on another host"));
  EXPECT_THAT(refusal("file://"), HasSubstr("has no path"));
  EXPECT_THAT(refusal("file:///a?b"), HasSubstr("query or a fragment"));
  EXPECT_THAT(refusal("../a#b"), HasSubstr("query or a fragment"));
  EXPECT_THAT(refusal("file:///a%"), HasSubstr("'%'"));
  EXPECT_THAT(refusal("file:///a%2"), HasSubstr("'%'"));
  EXPECT_THAT(refusal("file:///a%zz"), HasSubstr("'%'"));
  EXPECT_THAT(refusal("file:///a%00b"), HasSubstr("NUL"));
  EXPECT_THAT(refusal(std::string_view("file:///a\0b", 11)), HasSubstr(R"(\u0000b' holds a NUL, or a '%')"));
  EXPECT_THAT(refusal("file:///a%2Fb"), HasSubstr("escaped '/'"));
  EXPECT_THAT(refusal("file:///a%FFb"), HasSubstr("not UTF-8"));
}

TEST(IsPackageName, IsASafePartOfAPath) {
  for (const auto* name : {"a", "A9_", "_", "zlib", "9lives", "boost-asio", "third_party.font", "a..b"})
    EXPECT_TRUE(is_package_name(name)) << name;
  EXPECT_TRUE(is_package_name(std::string(255, 'a')));
  for (const auto* name : {"", ".", "..", "a/b", "a b", "a|b", "a\n", "é", "-a", ".grapnel"}) {
    EXPECT_FALSE(is_package_name(name)) << name;
  }
  EXPECT_FALSE(is_package_name(std::string_view("a\0", 2)));
  EXPECT_FALSE(is_package_name(std::string(256, 'a')));
}

}  // namespace
}  // namespace grapnel::workspace
