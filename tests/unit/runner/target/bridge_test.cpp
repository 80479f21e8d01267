// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/bridge.hpp"

#include "runner/base/errors.hpp"
#include "runner/target/build_data.hpp"
#include "runner/target/hook_selection.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::target {
namespace {

using hooks::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Json::Object object(std::string_view text) { return *Json::parse(text).as_object(); }

// --- patch_between() ---

std::string patch(std::string_view before, std::string_view after) {
  return Json(patch_between(object(before), object(after), {})).to_string();
}

TEST(PatchBetween, HasOnlyWhatChanged) {
  EXPECT_EQ(patch(R"({"a": [1], "b": {"c": 2}})", R"({"a": [1], "b": {"c": 2}})"),
            R"({"build_data":{},"exclude":[],"replace":[]})");
  EXPECT_EQ(Json(patch_between({}, {}, {"x", "y"})).to_string(),
            R"({"build_data":{},"exclude":["x","y"],"replace":[]})");
}

TEST(PatchBetween, AddsToListsAndMapsWhereThatIsAll) {
  EXPECT_EQ(patch(R"({"l": [1], "m": {"a": 1, "b": 2}})", R"({"l": [1, 2], "m": {"a": 1, "b": 3, "c": 4}})"),
            R"({"build_data":{"l":[2],"m":{"b":3,"c":4}},"exclude":[],"replace":[]})");
}

TEST(PatchBetween, ReplacesWhereSomethingIsGone) {
  EXPECT_EQ(patch(R"({"l": [1, 2], "m": {"a": 1}})", R"({"l": [2], "m": {"b": 1}})"),
            R"({"build_data":{"l":[2],"m":{"b":1}},"exclude":[],"replace":["l","m"]})");
  EXPECT_EQ(patch(R"({"l": [1, 2], "s": 1, "k": 1})", R"({"l": [], "s": {"a": 1}})"),
            R"({"build_data":{"k":null,"l":[],"s":{"a":1}},"exclude":[],"replace":["l","s"]})");
}

TEST(PatchBetween, LeavesBuildHooksAlone) {
  EXPECT_EQ(patch(R"({"build_hooks": ["a"]})", R"({"build_hooks": ["b"]})"),
            R"({"build_data":{},"exclude":[],"replace":[]})");
  EXPECT_EQ(patch(R"({"build_hooks": ["a"]})", "{}"), R"({"build_data":{},"exclude":[],"replace":[]})");
}

// What build data may hold: no list has a value twice, and null is no value but the lack of one.
Json any_value(int depth) {
  const std::string text = *rc::gen::element<std::string>("a", "b", "c", "");
  switch (*rc::gen::inRange(0, depth > 0 ? 5 : 3)) {
    case 0:
      return *rc::gen::inRange(0, 3);
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return text;
    case 3: {
      Json::Array list;
      const int size = *rc::gen::inRange(0, 4);
      for (int i = 0; i < size; ++i) {
        Json value = any_value(depth - 1);
        if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
      }
      return list;
    }
    default: {
      Json::Object members;
      const int size = *rc::gen::inRange(0, 4);
      for (int i = 0; i < size; ++i) {
        members.insert(*rc::gen::element<std::string>("x", "y", "z"), any_value(depth - 1));
      }
      return members;
    }
  }
}

Json::Object any_data() {
  Json::Object data{{"artifacts", Json::Array{}}, {"force_include", Json::Object{}}, {"build_hooks", Json::Array{}}};
  for (const char* const key : {"artifacts", "force_include", "tag", "own", "other"}) {
    if (*rc::gen::arbitrary<bool>()) data[key] = any_value(3);
  }
  return data;
}

RC_GTEST_PROP(PatchBetween, IsWhatMakesOneOfTheOther, ()) {
  const Json::Object before = any_data();
  const Json::Object after = any_data();
  std::vector<std::string> exclude;
  for (const char* const pattern : {"b", "a", "c"}) {
    if (*rc::gen::arbitrary<bool>()) exclude.emplace_back(pattern);
  }
  const Json::Object found = patch_between(before, after, exclude);
  // As it comes over the wire.
  const Json::Object patch = *Json::parse(Json(found).to_string()).as_object();
  hooks::build_target::BuildDataPatch given{.build_data = *patch.find("build_data")->as_object()};
  for (const Json& key : *patch.find("replace")->as_array()) given.replace.push_back(*key.as_string());
  for (const Json& pattern : *patch.find("exclude")->as_array()) given.exclude.push_back(*pattern.as_string());
  BuildData data({}, before, {}, {.types = false});
  RC_ASSERT(!data.apply(given, {"hook"}));
  RC_ASSERT(data.values() == after);
  RC_ASSERT(data.exclude() == exclude);
}

// --- use_bridged_hooks() ---

class UseBridgedHooks : public ::testing::Test {
 protected:
  std::vector<std::string> hooks_of(const std::string& target, const Json::Object& config = {}) {
    workspace::BuildProject project = workspace::load_build_project(directory_.path());
    use_bridged_hooks(project, config, policy);
    std::vector<std::string> names;
    std::vector<std::string> warnings;
    const Environment environment;
    const LikeHatch like_hatch;
    for (const SelectedHook& hook :
         select_hooks(project, target, Variables(environment, like_hatch), like_hatch, warnings)) {
      names.push_back(hook.name);
      last = hook;
    }
    return names;
  }

  tests::TemporaryDirectory directory_;
  EnvironmentPolicy policy;
  SelectedHook last;
};

TEST_F(UseBridgedHooks, AreThoseOfGrapnelToml) {
  directory_.write(
      "pyproject.toml",
      "[tool.hatch.build.hooks.custom]\n[tool.hatch.build.hooks.grapnel]\n"
      "[tool.hatch.build.targets.wheel]\npackages = ['p']\n[tool.hatch.build.targets.wheel.hooks.version]\n");
  directory_.write("grapnel.toml",
                   "[build.hooks.b]\ncommand = ['b']\n[build.hooks.a]\n[build.targets.wheel.hooks.w]\n"
                   "[build.targets.sdist.hooks.s]\n");
  EXPECT_THAT(hooks_of("wheel"), ElementsAre("b", "a", "w"));
  EXPECT_THAT(hooks_of("sdist"), ElementsAre("b", "a", "s"));
  EXPECT_THAT(hooks_of("binary"), ElementsAre("b", "a"));
}

TEST_F(UseBridgedHooks, WithoutAnyIsTheHookGrapnelWithItsTable) {
  directory_.write("pyproject.toml",
                   "[tool.hatch.build.hooks.custom]\n[tool.hatch.build.targets.wheel.hooks.version]\n");
  EXPECT_THAT(hooks_of("wheel", object(R"({"hook": "h.cpp", "defines": {"p": {"k": 1}}, "env": ["MINE_*"]})")),
              ElementsAre("grapnel"));
  EXPECT_EQ(last.config, object(R"({"hook": "h.cpp", "defines": {"p": {"k": 1}}, "env": ["MINE_*"]})"));
  ASSERT_NE(last.table.table({"defines", "p"}), nullptr);
  EXPECT_EQ(last.table.path_of("hook"), "tool.hatch.build.hooks.grapnel.hook");
  EXPECT_TRUE(policy.lets_through("MINE_TOO"));
  EXPECT_FALSE(policy.lets_through("YOURS"));
}

TEST_F(UseBridgedHooks, RefusesWhatIsNoVariable) {
  directory_.write("pyproject.toml", "");
  EXPECT_THAT(
      [&] { hooks_of("wheel", object(R"({"env": ["A=B"]})")); },
      ThrowsMessage<ProjectError>(AllOf(HasSubstr("the option `env` of the hook 'grapnel'"), HasSubstr("A=B"))));
  EXPECT_THAT(hooks_of("wheel", object(R"({"env": "A", "other": 1})")), ElementsAre("grapnel"));
  EXPECT_THAT(policy.names, IsEmpty());
}

}  // namespace
}  // namespace grapnel::target
