// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/build_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::target {
namespace {

using hooks::Json;
using hooks::build_target::Stage;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

BuildData wheel(bool is_checked = true, bool is_contained = true) {
  return BuildData({{"tag", FieldType::text},
                    {"pure_python", FieldType::boolean},
                    {"dependencies", FieldType::list},
                    {"shared_data", FieldType::mapping}},
                   {{"pure_python", true}, {"dependencies", Json::Array{}}, {"shared_data", Json::Object{}}},
                   {"one", "two"}, {.types = is_checked, .containment = is_contained});
}

Json::Object object(std::string_view text) { return *Json::parse(text).as_object(); }

std::string text(const BuildData& data) { return Json(data.values()).to_string(); }

std::optional<std::string> apply(BuildData& data, std::string_view patch, const std::string& hook = "one",
                                 std::vector<std::string> replace = {}) {
  return data.apply({.build_data = object(patch), .replace = std::move(replace)}, {hook, Stage::initialize});
}

TEST(BuildData, BeginsWithTheDefaultsAndTheCommonFields) {
  EXPECT_EQ(text(wheel()),
            R"({"artifacts":[],"build_hooks":["one","two"],"dependencies":[],"force_include":{},"pure_python":true,)"
            R"("shared_data":{}})");
  const BuildData given({}, object(R"({"artifacts": ["x"], "build_hooks": ["no"]})"), {"one"}, {});
  EXPECT_EQ(text(given), R"({"artifacts":["x"],"build_hooks":["one"],"force_include":{}})");
}

TEST(BuildData, ListsGrowMapsMergeTheRestIsSet) {
  BuildData data = wheel();
  EXPECT_EQ(apply(data, R"({"artifacts": ["a", "b", "a"], "force_include": {"s": "t"}, "tag": "x", "own": [1]})"),
            std::nullopt);
  EXPECT_EQ(apply(data, R"({"artifacts": ["b", "c"], "force_include": {"u": "v"}, "tag": "y", "own": {"k": 2}})"),
            std::nullopt);
  EXPECT_EQ(*data.values().find("artifacts"), Json::parse(R"(["a", "b", "c"])"));
  EXPECT_EQ(*data.values().find("force_include"), Json::parse(R"({"s": "t", "u": "v"})"));
  EXPECT_EQ(*data.values().find("tag"), Json("y"));
  EXPECT_EQ(*data.values().find("own"), Json::parse(R"({"k": 2})"));
}

TEST(BuildData, NullTakesAway) {
  BuildData data = wheel();
  ASSERT_EQ(apply(data, R"({"force_include": {"s": "t", "u": "v"}, "tag": "x", "own": 1, "artifacts": ["a"]})"),
            std::nullopt);
  ASSERT_EQ(apply(data, R"({"force_include": {"s": null}, "tag": null, "own": null, "artifacts": null})"),
            std::nullopt);
  EXPECT_EQ(*data.values().find("force_include"), Json::parse(R"({"u": "v"})"));
  EXPECT_EQ(data.values().find("tag"), nullptr);
  EXPECT_EQ(data.values().find("own"), nullptr);
  EXPECT_EQ(*data.values().find("artifacts"), Json(Json::Array{})) << "a field that everybody may rely on";
}

TEST(BuildData, ReplaceDropsWhatWasThere) {
  BuildData data = wheel();
  ASSERT_EQ(apply(data, R"({"artifacts": ["a"], "force_include": {"s": "t"}})"), std::nullopt);
  ASSERT_EQ(apply(data, R"({"artifacts": ["b"], "force_include": {"s": "other"}})", "two",
                  {"artifacts", "force_include", "of nothing"}),
            std::nullopt);
  EXPECT_EQ(*data.values().find("artifacts"), Json::parse(R"(["b"])"));
  EXPECT_EQ(*data.values().find("force_include"), Json::parse(R"({"s": "other"})"));
  EXPECT_EQ(data.writer_of("artifacts", "a"), "");
  EXPECT_EQ(data.writer_of("force_include", "s"), "hook 'two'");
}

TEST(BuildData, ExcludesAreKeptOnceInOrder) {
  BuildData data = wheel();
  ASSERT_EQ(data.apply({.exclude = {"b", "a", "b"}}, {"one"}), std::nullopt);
  ASSERT_EQ(data.apply({.exclude = {"a", "c"}}, {"two"}), std::nullopt);
  EXPECT_THAT(data.exclude(), ElementsAre("b", "a", "c"));
  for (const std::string& wrong : {std::string(), std::string("a\0b", 3)}) {
    EXPECT_THAT(data.apply({.exclude = {wrong}}, {"one"}), Optional(HasSubstr("exclude: found a pattern")));
  }
}

TEST(BuildData, FaultsNameHookStageAndKey) {
  struct Case {
    const char* patch;
    const char* fault;
  };
  const Case cases[] = {
      {R"({"artifacts": "a"})", "artifacts: found a string; expected a list of strings"},
      {R"({"artifacts": ["a", 1]})", "artifacts.1: found an integer; expected a string"},
      {R"({"artifacts": [""]})", "artifacts.0: found an empty string; expected a text"},
      {R"({"artifacts": ["\u0000"]})", "artifacts.0: found a NUL; expected a text without"},
      {R"({"force_include": ["a"]})", "force_include: found a list; expected an object of strings"},
      {R"({"force_include": {"a": 1}})", "force_include.a: found an integer; expected a string"},
      {R"({"force_include": {"a": ""}})", "force_include.a: found an empty string; expected a text"},
      {R"({"force_include": {"": "a"}})", "force_include: found an empty source; expected a path"},
      {R"({"force_include": {"a\u0000": "a"}})", "force_include: found a NUL in a source; expected a path without"},
      {R"({"tag": 1})", "tag: found an integer; expected a string"},
      {R"({"tag": ""})", "tag: found an empty string; expected a text"},
      {R"({"pure_python": "true"})", "pure_python: found a string; expected a boolean"},
      {R"({"shared_data": true})", "shared_data: found a boolean; expected an object of strings"},
      {R"({"build_hooks": []})", "build_hooks is there to be read: the runner sets it. Leave it out of the patch"},
  };
  for (const Case& one : cases) {
    BuildData data = wheel();
    const std::string before = text(data);
    const auto fault = data.apply({.build_data = object(one.patch), .exclude = {"x"}}, {"my hook", Stage::finalize});
    EXPECT_THAT(fault, Optional("hook 'my hook', stage finalize: build data: " + std::string(one.fault)));
    EXPECT_EQ(text(data), before) << one.patch;
    EXPECT_THAT(data.exclude(), IsEmpty()) << "nothing of it is applied";
  }
}

TEST(BuildData, FieldsOfOtherTargetsAreAnybodys) {
  BuildData data = wheel();
  EXPECT_EQ(apply(data, R"({"infer_tag": "a text", "own": {"": [null, 1]}})"), std::nullopt);
}

TEST(BuildData, NothingIsJudgedWhereThatIsNotWanted) {
  BuildData data = wheel(false);
  EXPECT_EQ(apply(data, R"({"artifacts": "a", "force_include": 1, "pure_python": []})"), std::nullopt);
  EXPECT_EQ(*data.values().find("artifacts"), Json("a"));
  EXPECT_EQ(data.replace(object(R"({"artifacts": null})"), {"one"}), std::nullopt);
  EXPECT_EQ(text(data), R"({"artifacts":null})");
}

TEST(BuildData, AConflictNamesBothHooks) {
  BuildData data = wheel();
  ASSERT_EQ(apply(data, R"({"force_include": {"s": "t"}, "shared_data": {"s": "t"}})", "first"), std::nullopt);
  EXPECT_THAT(apply(data, R"({"force_include": {"s": "elsewhere"}})", "second"),
              Optional(AllOf(HasSubstr("hook 'second', stage initialize: build data: force_include: 's' is to become "
                                       "'elsewhere', but hook 'first' has made it 't'"),
                             HasSubstr("One of the two hooks has to give way"))));
  EXPECT_THAT(apply(data, R"({"shared_data": {"other": "t"}})", "second"),
              Optional(HasSubstr("hook 'second', stage initialize: build data: shared_data: 'other' is to become 't', "
                                 "where hook 'first' has put 's'")));
  EXPECT_EQ(apply(data, R"({"force_include": {"s": "t"}})", "second"), std::nullopt) << "they agree";
  EXPECT_EQ(apply(data, R"({"force_include": {"s": "u"}})", "first"), std::nullopt) << "its own it may change";
}

TEST(BuildData, WhatTheSameChangeTakesAwayIsInNobodysWay) {
  BuildData data = wheel();
  ASSERT_EQ(apply(data, R"({"force_include": {"s": "t"}})", "first"), std::nullopt);
  ASSERT_EQ(apply(data, R"({"force_include": {"s": null, "mine": "t"}})", "second"), std::nullopt);
  EXPECT_EQ(data.writer_of("force_include", "s"), "");
  EXPECT_EQ(data.writer_of("force_include", "mine"), "hook 'second'");

  Json::Object image = data.values();
  image["force_include"] = object(R"({"another": "t"})");
  ASSERT_EQ(data.replace(image, {"third"}), std::nullopt);
  EXPECT_EQ(data.writer_of("force_include", "another"), "hook 'third'");
  image["force_include"] = object(R"({"another": "t", "last": "t"})");
  EXPECT_THAT(data.replace(image, {"fourth"}),
              Optional(AllOf(HasSubstr("hook 'fourth'"), HasSubstr("where hook 'third' has put 'another'"))));
}

TEST(BuildData, WhoeverPutsItThereAgainIsItsWriter) {
  BuildData data = wheel();
  ASSERT_EQ(apply(data, R"({"force_include": {"s": "t"}, "artifacts": ["a"], "own": 1})", "first"), std::nullopt);
  EXPECT_EQ(data.writer_of("own", ""), "hook 'first'");
  ASSERT_EQ(apply(data, R"({"force_include": {"s": null}, "artifacts": null, "own": null})", "second"), std::nullopt);
  for (const auto& [field, entry] : {std::pair("force_include", "s"), {"artifacts", "a"}, {"own", ""}}) {
    EXPECT_EQ(data.writer_of(field, entry), "") << field;
  }
  ASSERT_EQ(apply(data, R"({"force_include": {"s": "u"}, "artifacts": ["a"]})", "third"), std::nullopt);
  EXPECT_EQ(data.writer_of("force_include", "s"), "hook 'third'");
  EXPECT_EQ(data.writer_of("artifacts", "a"), "hook 'third'");
}

TEST(BuildData, AnImageTakesThePlaceOfAll) {
  BuildData data({{"dependencies", FieldType::list}},
                 object(R"({"dependencies": [], "force_include": {"/p/pyproject.toml": "pyproject.toml"}})"), {"one"},
                 {});
  const Json::Object image = object(
      R"({"artifacts": ["a"], "dependencies": [], "own": 1,
          "force_include": {"/p/pyproject.toml": "pyproject.toml", "s": "t"}})");
  EXPECT_EQ(data.replace(image, {"one"}), std::nullopt);
  EXPECT_EQ(data.values(), image);
  EXPECT_EQ(data.writer_of("force_include", "s"), "hook 'one'");
  EXPECT_EQ(data.writer_of("force_include", "/p/pyproject.toml"), "") << "nobody changed it";

  const auto fault = [&](std::string_view text) { return data.replace(object(text), {"two", Stage::finalize}); };
  const std::string before = text(data);
  EXPECT_THAT(fault(R"({"force_include": {}, "dependencies": []})"),
              Optional(std::string("hook 'two', stage finalize: build data: artifacts: the hook removed it; expected a "
                                   "list of strings")));
  EXPECT_THAT(fault(R"({"force_include": {}, "dependencies": [], "artifacts": null})"),
              Optional(HasSubstr("artifacts: found null; expected a list of strings")));
  EXPECT_THAT(fault(R"({"force_include": {"s": "other"}, "dependencies": [], "artifacts": []})"),
              Optional(AllOf(HasSubstr("hook 'two', stage finalize"), HasSubstr("but hook 'one' has made it 't'"))));
  EXPECT_EQ(text(data), before);
}

TEST(BuildData, TheTargetSetsWhatItFoundOut) {
  BuildData data = wheel();
  data.set("tag", "py3-none-any");
  EXPECT_EQ(*data.values().find("tag"), Json("py3-none-any"));
  EXPECT_EQ(data.writer_of("tag", ""), "");
}

}  // namespace
TEST(BuildData, TargetsThatLeaveTheArchiveAreRefusedAtOnce) {
  for (const char* target : {"../x", "a/../../x", "/etc/x", "a\\\\b"}) {
    const std::string patch = std::string(R"({"force_include": {"a.txt": ")") + target + R"("}})";
    BuildData data = wheel();
    const std::string before = text(data);
    EXPECT_THAT(apply(data, patch.c_str()),
                Optional(AllOf(HasSubstr("hook 'one', stage initialize"), HasSubstr("force_include.a.txt"),
                               HasSubstr("inside the archive"))));
    EXPECT_EQ(text(data), before);
    BuildData as_hatch = wheel(true, false);
    EXPECT_EQ(apply(as_hatch, patch.c_str()), std::nullopt);
  }
}

}  // namespace grapnel::target
