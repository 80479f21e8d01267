// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using hooks::Json;
using hooks::base::JsonError;
using hooks::base::JsonLimits;
using hooks::base::parse_json;
using hooks::base::to_pretty_json;

std::string compact(std::string_view text) {
  const auto value = parse_json(text);
  return value ? value->to_string() : "error: " + value.error().describe();
}

JsonError error_of(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = parse_json(text, limits);
  EXPECT_FALSE(value.has_value()) << text;
  return value ? JsonError{} : value.error();
}

TEST(JsonRead, KeepsKindsAndValues) {
  EXPECT_EQ(compact(R"( [null, true, 0, -7, 9223372036854775807, -9223372036854775808, 1.5, "x"] )"),
            R"([null,true,0,-7,9223372036854775807,-9223372036854775808,1.5,"x"])");
}

TEST(JsonRead, SortsKeysByUtf16) {
  // U+1F600 is a surrogate pair in UTF-16 and so sorts before U+FF5E, though its code point is larger.
  EXPECT_EQ(compact(R"({"b":1,"a":{"z":1,"y":2},"～":3,"😀":4,"aa":5})"),
            R"({"a":{"y":2,"z":1},"aa":5,"b":1,"😀":4,"～":3})");
}

TEST(JsonRead, DecodesEscapes) {
  const auto value = parse_json(R"("\u0041\ud83d\ude00\n\u0000")");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(*value->as_string(), std::string("A😀\n\0", 7));
}

TEST(JsonRead, RefusesWhatIsNoJson) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "empty"},
      {"   ", "empty"},
      {"{", "document ends here"},
      {R"({"a":1)", "document ends here"},
      {R"({"a" 1})", "':'"},
      {"[1,]", "expected a value"},
      {R"({"a":1,})", "key in quotes"},
      {"nul", "expected a value"},
      {"{} x", "after the end"},
      {std::string("{}\0", 3), "after the end"},
      {"\xEF\xBB\xBF{}", "byte order mark"},
      {"\"\xFF\"", "not UTF-8"},
      {"\"\xED\xA0\x80\"", "not UTF-8"},
      {R"("\ud800")", "surrogate"},
      {R"("\udc00")", "surrogate"},
      {R"({"x\udfff":1})", "surrogate"},
      {R"("\x")", "escape"},
      {"\"\n\"", "control character"},
      {"9223372036854775808", "beyond 64 bits"},
      {"-9223372036854775809", "beyond 64 bits"},
      {"1e400", "range of a double"},
      {"01", "after the end"},
      {"// no\n{}", "expected a value"},
      {R"({"a":1,"a":2})", "duplicate key 'a'"},
  };
  for (const Case& c : cases) EXPECT_THAT(error_of(c.text).message, testing::HasSubstr(c.message)) << c.text;
}

TEST(JsonRead, SaysWhere) {
  const JsonError error = error_of("{\n  \"assets\": [\n    {\"type\": \"a\"},\n    {\"type\": oops}\n  ]\n}");
  EXPECT_EQ(error.line, 4U);
  EXPECT_EQ(error.column, 14U);
  EXPECT_EQ(error.path, "assets.1");
  EXPECT_EQ(error_of(R"({"x":[{"b":1,"b":2}]})").path, "x.0");

  const JsonError not_utf8 = error_of("{\"x\": [1,\n \"a\xC3\"]}");
  EXPECT_EQ(not_utf8.line, 2U);
  EXPECT_EQ(not_utf8.column, 4U);
  EXPECT_EQ(not_utf8.path, "x");
  EXPECT_THAT(error_of("[oops, \"\xFF\"]").message, testing::HasSubstr("expected a value"));
}

TEST(JsonRead, KeepsItsLimits) {
  EXPECT_THAT(error_of("[1,2]", {.bytes = 4}).message, testing::HasSubstr("5 bytes"));
  EXPECT_TRUE(parse_json("[1,2]", {.bytes = 5}).has_value());
  EXPECT_THAT(error_of(R"(["abcd"])", {.string_bytes = 3}).message, testing::HasSubstr("string of more than 3"));
  EXPECT_THAT(error_of(R"({"abcd":1})", {.string_bytes = 3}).message, testing::HasSubstr("string of more than 3"));

  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(64)).has_value());
  EXPECT_THAT(error_of(nested(65)).message, testing::HasSubstr("64 nested"));
  EXPECT_THAT(error_of(std::string(1000000, '[')).message, testing::HasSubstr("64 nested"));
}

TEST(JsonWrite, WritesDoublesAsDartDoes) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0.0, "0.0"},           {-0.0, "-0.0"},
      {1.0, "1.0"},           {0.1, "0.1"},
      {100.0, "100.0"},       {1e20, "100000000000000000000.0"},
      {1e21, "1e+21"},        {1.5e300, "1.5e+300"},
      {0.000001, "0.000001"}, {1e-7, "1e-7"},
      {1.25e-9, "1.25e-9"},   {-123.456, "-123.456"},
      {5e-324, "5e-324"},     {1234567.891, "1234567.891"},
  };
  for (const auto& [value, text] : cases) {
    EXPECT_EQ(Json(value).to_string(), text);
    const auto read = parse_json(text);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_EQ(*read, Json(value)) << text;
  }
}

TEST(JsonWrite, RefusesWhatJsonCannotExpress) {
  EXPECT_THROW((void)Json(std::numeric_limits<double>::infinity()).to_string(), std::domain_error);
  EXPECT_THROW((void)to_pretty_json(Json(std::nan(""))), std::domain_error);
}

TEST(JsonWrite, EscapesAsDartDoes) {
  EXPECT_EQ(Json("\"\\/\b\t\n\f\r\x01\x1f\x7f é").to_string(), "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\x7f é\"");
}

TEST(JsonWrite, ReplacesBytesThatAreNoUtf8) { EXPECT_EQ(Json("a\xFFz\xC3").to_string(), "\"a\uFFFDz\uFFFD\""); }

TEST(JsonWrite, IndentsByTwo) {
  EXPECT_EQ(to_pretty_json(Json::Object{{"b", Json::Array{1, Json::Object{}}}, {"a", Json::Array{}}}),
            "{\n  \"a\": [],\n  \"b\": [\n    1,\n    {}\n  ]\n}");
}

TEST(JsonObject, FindsInsertsErases) {
  Json::Object object{{"b", 1}, {"a", 2}};
  EXPECT_EQ(*object.find("a"), Json(2));
  EXPECT_EQ(object.find("c"), nullptr);
  EXPECT_FALSE(object.insert("a", 3));
  EXPECT_TRUE(object.insert("c", 3));
  object["a"] = "new";
  EXPECT_EQ(Json(object).to_string(), R"({"a":"new","b":1,"c":3})");
  EXPECT_TRUE(object.erase("b"));
  EXPECT_FALSE(object.erase("b"));
  EXPECT_THROW((Json::Object{{"x", 1}, {"x", 2}}), std::invalid_argument);
}

TEST(Json, ParsesOrThrows) {
  EXPECT_EQ(Json::parse(R"({"a":[1]})"), Json(Json::Object{{"a", Json::Array{1}}}));
  EXPECT_THROW((void)Json::parse("{"), std::invalid_argument);
}

TEST(Json, AnIntegerIsNoDouble) { EXPECT_FALSE(Json(1) == Json(1.0)); }

}  // namespace
