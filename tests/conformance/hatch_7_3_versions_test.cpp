// SPDX-License-Identifier: BSD-3-Clause
// Spec: hatch-build-hooks, section 7.3, by its numbers: which versions of a target are built.
#include "runner/base/errors.hpp"
#include "runner/target/hook_selection.hpp"
#include "tests/support/hatch_project.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using grapnel::ProjectError;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Names = std::vector<std::string>;

class HatchVersions : public tests::HatchProject {
 protected:
  void configure(const std::string& versions) const {
    write_project("[tool.hatch.build.targets.foo]\nversions = " + versions + "\n");
  }

  Names select(const Names& known, const Names& defaults, const Names& wanted = {}) const {
    const auto project = grapnel::workspace::load_build_project(root());
    const grapnel::workspace::BuildOptions options(project.build, "foo");
    return grapnel::target::select_versions(options, wanted, known, defaults);
  }
};

TEST_F(HatchVersions, Item045_AllThatTheTargetKnows) {
  EXPECT_THAT(select({"2", "1"}, {}), ElementsAre("2", "1")) << "in its order";
}

TEST_F(HatchVersions, Item046_ItsDefaultsEachOnce) {
  EXPECT_THAT(select({"new", "old"}, {"old", "new", "new"}), ElementsAre("old", "new"));
}

TEST_F(HatchVersions, Item047_NotAList) {
  configure("''");
  EXPECT_THAT([&] { (void)select({"1"}, {}); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.targets.foo.versions: "),
                                                HasSubstr("found a string; expected a list"))));
}

TEST_F(HatchVersions, Item048_ConfiguredEachOnce) {
  configure("['3.14', '1', '3.14']");
  EXPECT_THAT(select({"1", "2", "3.14"}, {"2"}), ElementsAre("3.14", "1"));
}

TEST_F(HatchVersions, Item049_AnEmptyListIsTheDefaults) {
  configure("[]");
  EXPECT_THAT(select({"1", "2"}, {"2"}), ElementsAre("2"));
}

TEST_F(HatchVersions, Item050_NotAText) {
  configure("[1]");
  EXPECT_THAT([&] { (void)select({"1"}, {}); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.targets.foo.versions: entry #1: "),
                                                HasSubstr("found an integer; expected a string"))));
}

TEST_F(HatchVersions, Item051_AnEmptyText) {
  configure("['']");
  EXPECT_THAT([&] { (void)select({"1"}, {}); },
              ThrowsMessage<ProjectError>(
                  AllOf(HasSubstr("tool.hatch.build.targets.foo.versions: entry #1: "), HasSubstr("empty"))));
}

TEST_F(HatchVersions, Item052_UnknownOnesOfTheConfiguration) {
  configure("['9000', '1', '42']");
  EXPECT_THAT([&] { (void)select({"1"}, {}); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.targets.foo.versions: "),
                                                HasSubstr("the target 'foo': 42, 9000; it has 1"))));
}

TEST_F(HatchVersions, Item053_UnknownOnesOfTheCommandLine) {
  EXPECT_THAT(
      [&] {
        (void)select({"1"}, {}, {"9000", "42"});
      },
      ThrowsMessage<ProjectError>(HasSubstr("the target 'foo': 42, 9000; it has 1")));
  write_project("[tool.hatch.build.hooks.h]\n");
  grapnel::TargetOptions wanted = options({"h"});
  wanted.targets = {{.name = "wheel", .versions = {"9000", "42"}}};
  const auto built = grapnel::build_targets(wanted);
  EXPECT_EQ(built.exit_code, 1);
  EXPECT_THAT(built.outcome.reason, HasSubstr("the target 'wheel': 42, 9000; it has standard, editable"));
  EXPECT_TRUE(log.calls.empty()) << "no hook was made";
}

TEST_F(HatchVersions, Item054_WhatIsWantedIsTakenLiterally) {
  configure("['a']");
  EXPECT_THAT(select({"a", "b"}, {}, {"a", "b", "a"}), ElementsAre("a", "b", "a"));
  write_project("[tool.hatch.build.hooks.h]\n");
  grapnel::TargetOptions wanted = options({"h"});
  wanted.targets = {{.name = "wheel", .versions = {"standard", "editable", "standard"}}};
  const auto built = grapnel::build_targets(wanted);
  EXPECT_TRUE(built.outcome.success()) << built.outcome.reason;
  EXPECT_THAT(log.calls,
              ElementsAre("h#1.new", "h#1.initialize standard", "h#1.finalize standard", "h#1.initialize editable",
                          "h#1.finalize editable", "h#1.initialize standard", "h#1.finalize standard"));
  EXPECT_EQ(built.artifacts.size(), 3U);
}

TEST_F(HatchVersions, Item055_OneThatIsNotConfigured) {
  configure("['b']");
  EXPECT_THAT(select({"a", "b"}, {}, {"a"}), ElementsAre("a"));
  write_project("[tool.hatch.build.targets.wheel]\nversions = ['standard']\n");
  grapnel::TargetOptions wanted = options({});
  wanted.targets = {{.name = "wheel", .versions = {"editable"}}};
  const auto built = grapnel::build_targets(wanted);
  ASSERT_EQ(built.artifacts.size(), 1U) << built.outcome.reason;
  EXPECT_EQ(built.artifacts[0].version, "editable");
}

}  // namespace
