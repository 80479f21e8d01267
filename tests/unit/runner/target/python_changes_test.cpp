// SPDX-License-Identifier: BSD-3-Clause
// What hooks in Python change behind the build data (spec: hatch-build-hooks, sections 2 and 6.6).
#include "runner/target/python_changes.hpp"

#include "runner/base/errors.hpp"
#include "tests/unit/runner/target/target_surroundings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace grapnel::target {
namespace {

using hooks::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using tests::TargetSurroundings;

Json::Object values_of(const std::string& text) { return *Json::parse(text).as_object(); }

dist::Metadata metadata() {
  dist::Metadata metadata;
  metadata.name = "demo";
  metadata.scripts = {{"old", "demo:old"}};
  return metadata;
}

std::string fault_of(const std::string& changes) {
  TargetSurroundings own;
  own.surroundings.metadata_changes = values_of(changes);
  const dist::Metadata original = metadata();
  try {
    const PythonChanges changed(own.surroundings, original);
  } catch (const ProjectError& error) {
    return error.what();
  }
  return "";
}

TEST(PythonChanges, WithoutAnyAllIsTheOriginal) {
  const TargetSurroundings own;
  const dist::Metadata original = metadata();
  const PythonChanges changes(own.surroundings, original);
  EXPECT_EQ(&changes.project(), &own.project);
  EXPECT_EQ(&changes.metadata(), &original);
}

TEST(PythonChanges, MetadataIsReplacedByTheKey) {
  TargetSurroundings own;
  own.surroundings.metadata_changes = values_of(R"({
    "scripts": {"new": "demo:new"},
    "gui_scripts": {"window": "demo:window"},
    "entry_points": {"plugins": {"one": "demo:one"}, "none": {}},
    "dependencies": ["Some_Thing >=1"],
    "optional_dependencies": {"test": ["pytest"]}
  })");
  const dist::Metadata original = metadata();
  const PythonChanges changes(own.surroundings, original);
  const dist::Metadata& found = changes.metadata();
  EXPECT_EQ(found.name, "demo");
  EXPECT_THAT(found.scripts, ElementsAre(Pair("new", "demo:new")));
  EXPECT_THAT(found.gui_scripts, ElementsAre(Pair("window", "demo:window")));
  EXPECT_THAT(found.entry_points, ElementsAre(Pair("plugins", ElementsAre(Pair("one", "demo:one")))));
  ASSERT_EQ(found.dependencies.size(), 1U);
  EXPECT_EQ(found.dependencies[0].to_string(), "some-thing>=1");
  ASSERT_EQ(found.optional_dependencies.size(), 1U);
  EXPECT_EQ(found.optional_dependencies[0].first, "test");
  EXPECT_THAT(original.scripts, ElementsAre(Pair("old", "demo:old")));
}

TEST(PythonChanges, WhatIsNoMetadataIsRefusedWithItsPlace) {
  EXPECT_THAT(fault_of(R"({"scripts":[]})"), HasSubstr("scripts has to be a dict"));
  EXPECT_THAT(fault_of(R"({"scripts":{"a":7}})"), HasSubstr("scripts.a has to be one line"));
  EXPECT_THAT(fault_of(R"({"scripts":{"a":"b\n[console_scripts]"}})"), HasSubstr("scripts.a has to be one line"));
  EXPECT_THAT(fault_of(R"({"gui_scripts":{"a\r":"b"}})"), HasSubstr("gui_scripts.a\\r has to be one line"));
  EXPECT_THAT(fault_of(R"({"entry_points":{"a]\n[b":{"c":"d"}}})"), HasSubstr("is no name of a group"));
  EXPECT_THAT(fault_of(R"({"entry_points":{"a":7}})"), HasSubstr("entry_points.a has to be a dict"));
  EXPECT_THAT(fault_of(R"({"dependencies":"a"})"), HasSubstr("dependencies has to be a list"));
  EXPECT_THAT(fault_of(R"({"dependencies":[1]})"), HasSubstr("dependencies has to be a list of strings"));
  EXPECT_THAT(fault_of(R"({"dependencies":["a b"]})"), HasSubstr("dependencies: "));
  EXPECT_THAT(fault_of(R"({"optional_dependencies":{"a\nb":[]}})"), HasSubstr("is no name of a feature"));
  EXPECT_THAT(fault_of(R"({"optional_dependencies":{"a":[">"]}})"), HasSubstr("optional_dependencies.a: "));
}

TEST(PythonChanges, TheTableOfTheTargetIsReplacedButForItsHooks) {
  TargetSurroundings own;
  own.project.build.path = "tool.hatch.build";
  own.surroundings.target_config = values_of(R"({"packages":["src/demo"]})");
  const dist::Metadata original = metadata();
  const PythonChanges changes(own.surroundings, original);
  const workspace::Table* targets = changes.project().build.table("targets");
  ASSERT_NE(targets, nullptr);
  const workspace::Table* wheel = targets->table("wheel");
  ASSERT_NE(wheel, nullptr);
  EXPECT_EQ(*wheel->find("packages"), Json(Json::Array{"src/demo"}));
  EXPECT_EQ(wheel->path_of("packages"), "tool.hatch.build.targets.wheel.packages");
  EXPECT_EQ(own.project.build.table("targets"), nullptr);
}

}  // namespace
}  // namespace grapnel::target
