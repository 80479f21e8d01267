// SPDX-License-Identifier: BSD-3-Clause
// What a hook sees of build data, and which changes its answer has (spec: hatch-build-hooks, sections 3.1 and 6.2).
#include "tests/support/random_json.hpp"
#include <hooks/build_target.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using hooks::BuildData;
using hooks::BuildException;
using hooks::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Json::Object object(const char* text) { return *Json::parse(text).as_object(); }

// What the changes make of what was given, as the runner has it.
Json::Object applied(Json::Object data, const BuildData& changed) {
  for (const auto& [key, change] : changed.changes()) {
    if (change.is_null()) {
      data.erase(key);
      continue;
    }
    const auto& replaced = changed.replaced();
    Json* now = data.find(key);
    if (now == nullptr || std::find(replaced.begin(), replaced.end(), key) != replaced.end()) {
      data[key] = change.as_array() != nullptr    ? Json(Json::Array())
                  : change.as_object() != nullptr ? Json(Json::Object())
                                                  : Json();
      now = data.find(key);
    }
    if (now->as_array() != nullptr && change.as_array() != nullptr) {
      for (const Json& value : *change.as_array()) {
        auto& list = *now->as_array();
        if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
      }
    } else if (now->as_object() != nullptr && change.as_object() != nullptr) {
      for (const auto& [name, value] : *change.as_object()) {
        if (value.is_null()) {
          now->as_object()->erase(name);
        } else {
          (*now->as_object())[name] = value;
        }
      }
    } else {
      *now = change;
    }
  }
  return data;
}

TEST(BuildData, IsEmptyWhereNothingWasGiven) {
  const BuildData data;
  EXPECT_THAT(data.artifacts(), IsEmpty());
  EXPECT_THAT(data.force_include(), IsEmpty());
  EXPECT_THAT(data.build_hooks(), IsEmpty());
  EXPECT_THAT(data.dependencies(), IsEmpty());
  EXPECT_EQ(data.tag(), std::nullopt);
  EXPECT_FALSE(data.infer_tag());
  EXPECT_TRUE(data.pure_python());
  EXPECT_THAT(data.shared_data(), IsEmpty());
  EXPECT_THAT(data.shared_scripts(), IsEmpty());
  EXPECT_THAT(data.extra_metadata(), IsEmpty());
  EXPECT_THAT(data.force_include_editable(), IsEmpty());
  EXPECT_THAT(data.sbom_files(), IsEmpty());
  EXPECT_EQ(data.find("key"), nullptr);
  EXPECT_THAT(data.changes(), IsEmpty());
}

TEST(BuildData, ShowsWhatWasGiven) {
  const BuildData data(object(R"({
    "artifacts": ["*.so", "!b.so"], "force_include": {"b": "y", "a": "x"}, "build_hooks": ["one", "two"],
    "dependencies": ["cffi"], "tag": "py3-none-any", "infer_tag": true, "pure_python": false,
    "shared_data": {"d": "1"}, "shared_scripts": {"s": "2"}, "extra_metadata": {"m": "3"},
    "force_include_editable": {"e": "4"}, "sbom_files": ["a.cdx.json"], "own": [1]})"));
  EXPECT_THAT(data.artifacts(), ElementsAre("*.so", "!b.so"));
  EXPECT_THAT(data.force_include(), ElementsAre(Pair("a", "x"), Pair("b", "y")));
  EXPECT_THAT(data.build_hooks(), ElementsAre("one", "two"));
  EXPECT_THAT(data.dependencies(), ElementsAre("cffi"));
  EXPECT_EQ(data.tag(), "py3-none-any");
  EXPECT_TRUE(data.infer_tag());
  EXPECT_FALSE(data.pure_python());
  EXPECT_THAT(data.shared_data(), ElementsAre(Pair("d", "1")));
  EXPECT_THAT(data.shared_scripts(), ElementsAre(Pair("s", "2")));
  EXPECT_THAT(data.extra_metadata(), ElementsAre(Pair("m", "3")));
  EXPECT_THAT(data.force_include_editable(), ElementsAre(Pair("e", "4")));
  EXPECT_THAT(data.sbom_files(), ElementsAre("a.cdx.json"));
  EXPECT_EQ(*data.find("own"), Json(Json::Array{1}));
  EXPECT_THAT(data.changes(), IsEmpty());
  EXPECT_THAT(data.replaced(), IsEmpty());
}

TEST(BuildData, RecordsWhatIsAdded) {
  BuildData data(object(R"({"artifacts": ["a"], "force_include": {"old": "o"}, "dependencies": []})"));
  data.add_artifact("b");
  data.add_force_include("/p/new", "n");
  data.add_dependency("cffi");
  data.set_tag("py3-none-linux_x86_64");
  data.set_infer_tag(false);
  data.set_pure_python(false);
  data.add_shared_data("d", "1");
  data.add_shared_script("s", "2");
  data.add_extra_metadata("m", "3");
  data.add_force_include_editable("e", "4");
  data.add_sbom_file("a.cdx.json");
  data.exclude("*.c");

  EXPECT_THAT(data.artifacts(), ElementsAre("a", "b"));
  EXPECT_THAT(data.force_include(), ElementsAre(Pair("/p/new", "n"), Pair("old", "o")));
  EXPECT_EQ(data.tag(), "py3-none-linux_x86_64");
  EXPECT_FALSE(data.pure_python());
  EXPECT_EQ(Json(data.changes()), Json::parse(R"({
    "artifacts": ["b"], "force_include": {"/p/new": "n"}, "dependencies": ["cffi"], "tag": "py3-none-linux_x86_64",
    "infer_tag": false, "pure_python": false, "shared_data": {"d": "1"}, "shared_scripts": {"s": "2"},
    "extra_metadata": {"m": "3"}, "force_include_editable": {"e": "4"}, "sbom_files": ["a.cdx.json"]})"));
  EXPECT_THAT(data.replaced(), IsEmpty());
  EXPECT_THAT(data.excluded(), ElementsAre("*.c"));
}

TEST(BuildData, AddsNothingTwice) {
  BuildData data(object(R"({"artifacts": ["a"]})"));
  for (const char* pattern : {"a", "b", "b"}) {
    data.add_artifact(pattern);
    data.exclude(pattern);
  }
  EXPECT_THAT(data.artifacts(), ElementsAre("a", "b"));
  EXPECT_EQ(Json(data.changes()), Json::parse(R"({"artifacts": ["b"]})"));
  EXPECT_THAT(data.excluded(), ElementsAre("a", "b"));
}

TEST(BuildData, ReplacesArtifacts) {
  BuildData data(object(R"({"artifacts": ["a"]})"));
  data.add_artifact("lost");
  data.replace_artifacts({"b", "a"});
  data.add_artifact("c");
  EXPECT_THAT(data.artifacts(), ElementsAre("b", "a", "c"));
  EXPECT_EQ(Json(data.changes()), Json::parse(R"({"artifacts": ["b", "a", "c"]})"));
  EXPECT_THAT(data.replaced(), ElementsAre("artifacts"));
  data.replace_artifacts({});
  EXPECT_THAT(data.artifacts(), IsEmpty());
  EXPECT_EQ(Json(data.changes()), Json::parse(R"({"artifacts": []})"));
  EXPECT_THAT(data.replaced(), ElementsAre("artifacts"));
}

TEST(BuildData, ErasesKeys) {
  BuildData data(object(R"({"given": 1, "artifacts": ["a"]})"));
  EXPECT_TRUE(data.erase("given"));
  EXPECT_FALSE(data.erase("given"));
  EXPECT_FALSE(data.erase("unknown"));
  data.set("own", 2);
  data.set("own", nullptr);
  EXPECT_EQ(data.find("given"), nullptr);
  EXPECT_EQ(data.find("own"), nullptr);
  EXPECT_EQ(Json(data.changes()), Json::parse(R"({"given": null})"));
}

TEST(BuildData, WhatIsAddedAfterAnEraseStandsAlone) {
  BuildData data(object(R"({"artifacts": ["a"], "force_include": {"a": "b"}})"));
  data.erase("artifacts");
  data.add_artifact("b");
  data.erase("force_include");
  data.add_force_include("c", "d");
  EXPECT_THAT(data.artifacts(), ElementsAre("b"));
  EXPECT_EQ(Json(data.changes()), Json::parse(R"({"artifacts": ["b"], "force_include": {"c": "d"}})"));
  EXPECT_THAT(data.replaced(), ElementsAre("artifacts", "force_include"));
}

TEST(BuildData, SetsAnything) {
  BuildData data(object(R"({"list": [1], "map": {"a": 1}, "number": 1})"));
  data.set("list", Json::Array{2, 2});
  data.set("map", object(R"({"b": null, "c": 3})"));
  data.set("number", "text");
  EXPECT_EQ(Json(data.json()), Json::parse(R"({"list": [2], "map": {"c": 3}, "number": "text"})"));
  EXPECT_EQ(data.changes(), data.json());
  EXPECT_THAT(data.replaced(), ElementsAre("list", "map"));
  data.set("list", 3);
  EXPECT_THAT(data.replaced(), ElementsAre("map"));
}

TEST(BuildData, AppliesChangesOfAnotherHook) {
  BuildData data(object(R"({"list": [1], "map": {"a": 1, "b": 2}, "number": 1, "gone": true})"));
  data.apply(object(R"({"list": [1, 2], "map": {"a": null, "c": 3}, "number": 2, "gone": null, "new": {"x": []}})"));
  EXPECT_EQ(Json(data.json()),
            Json::parse(R"({"list": [1, 2], "map": {"b": 2, "c": 3}, "number": 2, "new": {"x": []}})"));
  EXPECT_EQ(Json(data.changes()),
            Json::parse(R"({"list": [2], "map": {"a": null, "c": 3}, "number": 2, "gone": null, "new": {"x": []}})"));
  EXPECT_THAT(data.replaced(), IsEmpty());
}

template <typename Get>
std::string fault_of(const char* given, Get get) {
  const BuildData data(object(given));
  try {
    (void)get(data);
  } catch (const BuildException& fault) {
    return fault.message();
  }
  return "";
}

TEST(BuildData, SaysWhichValueIsOfAnotherType) {
  EXPECT_EQ(fault_of(R"({"artifacts": "*.so"})", [](const auto& data) { return data.artifacts(); }),
            "build data: 'artifacts' is of the type string; expected a list of strings");
  EXPECT_EQ(fault_of(R"({"artifacts": ["a", 1]})", [](const auto& data) { return data.artifacts(); }),
            "build data: 'artifacts.1' is of the type integer; expected a string");
  EXPECT_EQ(fault_of(R"({"force_include": []})", [](const auto& data) { return data.force_include(); }),
            "build data: 'force_include' is of the type list; expected an object of strings");
  EXPECT_EQ(fault_of(R"({"force_include": {"a": null}})", [](const auto& data) { return data.force_include(); }),
            "build data: 'force_include.a' is of the type null; expected a string");
  EXPECT_EQ(fault_of(R"({"tag": 1.5})", [](const auto& data) { return data.tag(); }),
            "build data: 'tag' is of the type number; expected a string");
  EXPECT_EQ(fault_of(R"({"pure_python": "no"})", [](const auto& data) { return data.pure_python(); }),
            "build data: 'pure_python' is of the type string; expected a boolean");
}

// A value of any kind, small enough that values meet again.
Json small_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 5 : 3)) {
    case 0:
      return *rc::gen::inRange(0, 3);
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return nullptr;
    case 3: {
      Json::Array list(*rc::gen::inRange<std::size_t>(0, 4));
      for (Json& value : list) value = small_value(depth - 1);
      return list;
    }
    default: {
      Json::Object members;
      for (const char* name : {"a", "b", "c"}) {
        if (*rc::gen::arbitrary<bool>()) members[name] = small_value(depth - 1);
      }
      return members;
    }
  }
}

Json::Object small_object() {
  Json::Object members;
  for (const char* key : {"artifacts", "force_include", "own", "other"}) {
    if (*rc::gen::arbitrary<bool>()) members[key] = small_value(2);
  }
  return members;
}

RC_GTEST_PROP(BuildDataProperty, ChangesMakeOfWhatWasGivenWhatTheHookSees, ()) {
  const Json::Object given = small_object();
  BuildData data(given);
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const auto key = *rc::gen::element<std::string>("artifacts", "force_include", "own", "other");
    const auto text = *rc::gen::element<std::string>("a", "b", "c");
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        data.set(key, small_value(2));
        break;
      case 1:
        data.erase(key);
        break;
      case 2:
        data.apply(small_object());
        break;
      case 3:
        data.add_artifact(text);
        break;
      case 4:
        data.add_force_include(text, "target");
        break;
      default:
        data.replace_artifacts({text});
    }
    RC_ASSERT(Json(applied(given, data)) == Json(data.json()));
    for (const std::string& replaced : data.replaced()) {
      const Json* value = data.changes().find(replaced);
      RC_ASSERT(value != nullptr && (value->as_array() != nullptr || value->as_object() != nullptr));
    }
  }
}

}  // namespace
