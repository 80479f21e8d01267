// SPDX-License-Identifier: BSD-3-Clause
// Spec: hatch-build-hooks, section 7.2, by its numbers: what has to be installed before a build.
#include "tests/support/hatch_project.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HatchDependencies : public tests::HatchProject {
 protected:
  grapnel::RequirementsResult ask(const std::vector<std::string>& environment = {}) {
    grapnel::TargetOptions asked = options({"foo", "bar", "baz", "foobar"});
    asked.environment->insert(asked.environment->end(), environment.begin(), environment.end());
    return grapnel::target_requirements(asked);
  }

  std::vector<std::string> requirements(const std::vector<std::string>& environment = {}) {
    const grapnel::RequirementsResult result = ask(environment);
    EXPECT_TRUE(result.outcome.success()) << result.outcome.reason;
    EXPECT_FALSE(std::filesystem::exists(dist())) << "nothing is built";
    return result.requirements;
  }

  std::string fault() {
    const grapnel::RequirementsResult result = ask();
    EXPECT_EQ(result.exit_code, 1);
    return result.outcome.reason;
  }

  // A wrong value of `key`, in the table of all targets or of the hook or of the wheel.
  std::string fault_of(const std::string& table, const std::string& key, const std::string& value) {
    write_project("[tool.hatch.build." + table + "]\n" + key + " = " + value + "\n");
    return fault();
  }
};

constexpr const char* kThree =
    "[tool.hatch.build.hooks.foo]\ndependencies = ['foo']\nenable-by-default = false\n"
    "[tool.hatch.build.hooks.bar]\ndependencies = ['bar']\nenable-by-default = false\n"
    "[tool.hatch.build.hooks.baz]\ndependencies = ['baz']\n";

TEST_F(HatchDependencies, Item018_None) { EXPECT_THAT(requirements(), IsEmpty()); }

TEST_F(HatchDependencies, Item019_TheTargetsAreAList) {
  EXPECT_THAT(fault_of("targets.wheel", "dependencies", "9000"),
              AllOf(HasSubstr("tool.hatch.build.targets.wheel.dependencies: "),
                    HasSubstr("found an integer; expected a list")));
}

TEST_F(HatchDependencies, Item020_TheTargetsAreTexts) {
  EXPECT_THAT(fault_of("targets.wheel", "dependencies", "[9000]"),
              AllOf(HasSubstr("tool.hatch.build.targets.wheel.dependencies: entry #1: "),
                    HasSubstr("found an integer; expected a string")));
}

TEST_F(HatchDependencies, Item021_ThoseForAllTargetsAreAList) {
  write_project("[tool.hatch.build]\ndependencies = 9000\n");
  EXPECT_THAT(fault(), AllOf(HasSubstr("tool.hatch.build.dependencies: "), HasSubstr("expected a list")));
}

TEST_F(HatchDependencies, Item022_ThoseForAllTargetsAreTexts) {
  write_project("[tool.hatch.build]\ndependencies = ['a', 9000]\n");
  EXPECT_THAT(fault(), AllOf(HasSubstr("tool.hatch.build.dependencies: entry #2: "), HasSubstr("expected a string")));
}

TEST_F(HatchDependencies, Item023_AHooksRequireRuntimeDependenciesIsABoolean) {
  EXPECT_THAT(fault_of("hooks.foo", "require-runtime-dependencies", "9000"),
              AllOf(HasSubstr("tool.hatch.build.hooks.foo.require-runtime-dependencies: "),
                    HasSubstr("found an integer; expected a boolean")));
}

TEST_F(HatchDependencies, Item024To027_AHooksFeatures) {
  const std::string key = "require-runtime-features";
  const std::string place = "tool.hatch.build.hooks.foo.require-runtime-features: ";
  EXPECT_THAT(fault_of("hooks.foo", key, "9000"), AllOf(HasSubstr(place), HasSubstr("expected a list")));
  EXPECT_THAT(fault_of("hooks.foo", key, "[9000]"), AllOf(HasSubstr(place + "entry #1: "), HasSubstr("a string")));
  EXPECT_THAT(fault_of("hooks.foo", key, "['']"), AllOf(HasSubstr(place + "entry #1: "), HasSubstr("empty")));
  EXPECT_THAT(fault_of("hooks.foo", key, "['foo_bar']"),
              AllOf(HasSubstr(place + "entry #1: "), HasSubstr("'foo-bar'")));
}

TEST_F(HatchDependencies, Item028And029_AHooksDependencies) {
  const std::string place = "tool.hatch.build.hooks.foo.dependencies: ";
  EXPECT_THAT(fault_of("hooks.foo", "dependencies", "9000"), AllOf(HasSubstr(place), HasSubstr("expected a list")));
  EXPECT_THAT(fault_of("hooks.foo", "dependencies", "[9000]"),
              AllOf(HasSubstr(place + "entry #1: "), HasSubstr("expected a string")));
}

constexpr const char* kOrder =
    "[tool.hatch.build]\ndependencies = ['bar']\n"
    "[tool.hatch.build.hooks.foobar]\ndependencies = ['test1']\n"
    "[tool.hatch.build.targets.wheel]\ndependencies = ['baz']\n"
    "[tool.hatch.build.targets.wheel.hooks.foobar]\ndependencies = ['test2']\n";

TEST_F(HatchDependencies, Item030_Order) {
  write_project(kOrder);
  EXPECT_THAT(requirements(), ElementsAre("baz", "bar", "test2"));
}

TEST_F(HatchDependencies, Item031_TheProjectsOwnComeAfterThem) {
  write_project(kOrder + std::string("[tool.hatch.build.hooks.bar]\n"), "dependencies = ['foo']");
  EXPECT_THAT(requirements(), ElementsAre("baz", "bar", "test2")) << "nobody requires them";
  std::string with = kOrder;
  with.insert(with.find("dependencies"), "require-runtime-dependencies = true\n");
  write_project(with, "dependencies = ['foo']");
  EXPECT_THAT(requirements(), ElementsAre("baz", "bar", "test2", "foo"));
}

TEST_F(HatchDependencies, Item032_FeaturesAreFoundByTheirNormalNames) {
  std::string with = kOrder;
  with.insert(with.find("dependencies"), "require-runtime-features = ['bar-baz']\n");
  write_project(with, "optional-dependencies = {bar_baz = ['foo']}");
  EXPECT_THAT(requirements(), ElementsAre("baz", "bar", "test2", "foo"));
}

TEST_F(HatchDependencies, Item033_NoHooks) {
  write_project(kThree);
  EXPECT_THAT(requirements({"HATCH_BUILD_NO_HOOKS=true"}), IsEmpty());
}

TEST_F(HatchDependencies, Item034_OnlyThoseOfHooksThatRun) {
  write_project(kThree);
  EXPECT_THAT(requirements(), ElementsAre("baz"));
}

TEST_F(HatchDependencies, Item035_AllEnabled) {
  write_project(kThree);
  EXPECT_THAT(requirements({"HATCH_BUILD_HOOKS_ENABLE=true"}), ElementsAre("foo", "bar", "baz"));
}

TEST_F(HatchDependencies, Item036_OneEnabled) {
  write_project(kThree);
  EXPECT_THAT(requirements({"HATCH_BUILD_HOOK_ENABLE_FOO=true"}), ElementsAre("foo", "baz"));
}

TEST_F(HatchDependencies, Item037_AHookRequiresTheProjectsOwn) {
  write_project("[tool.hatch.build.hooks.bar]\ndependencies = ['bar']\nrequire-runtime-dependencies = true\n",
                "dependencies = ['baz']");
  EXPECT_THAT(requirements(), ElementsAre("bar", "baz"));
}

TEST_F(HatchDependencies, Item038_OneThatIsNotEnabledRequiresNothing) {
  write_project(
      "[tool.hatch.build.hooks.foo]\nenable-by-default = false\nrequire-runtime-dependencies = true\n"
      "[tool.hatch.build.hooks.bar]\ndependencies = ['bar']\n",
      "dependencies = ['baz']");
  EXPECT_THAT(requirements(), ElementsAre("bar"));
}

TEST_F(HatchDependencies, Item039_AHookRequiresAFeature) {
  write_project("[tool.hatch.build.hooks.bar]\ndependencies = ['bar']\nrequire-runtime-features = ['Foo_Bar']\n",
                "optional-dependencies = {foo_bar = ['baz'], other = ['no']}");
  EXPECT_THAT(requirements(), ElementsAre("bar", "baz"));
}

TEST_F(HatchDependencies, Item040_OneThatIsNotEnabledRequiresNoFeature) {
  write_project(
      "[tool.hatch.build.hooks.foo]\nenable-by-default = false\nrequire-runtime-features = ['foo-bar']\n"
      "[tool.hatch.build.hooks.bar]\ndependencies = ['bar']\n",
      "optional-dependencies = {foo_bar = ['baz']}");
  EXPECT_THAT(requirements(), ElementsAre("bar"));
}

TEST_F(HatchDependencies, Item041_WhatHooksAnswerIsLast) {
  write_project(
      "[tool.hatch.build.hooks.bar]\ndependencies = ['bar']\n"
      "[tool.hatch.build.targets.wheel]\ndependencies = ['foo']\nrequire-runtime-dependencies = true\n",
      "dependencies = ['own']");
  log.requirements["bar"] = {"baz"};
  bool has_directory = true;
  log.acts["bar.dependencies"] = [&](const tests::RunningStage& stage) {
    has_directory = stage.hook.directory().has_value();
  };
  EXPECT_THAT(requirements(), ElementsAre("foo", "bar", "own", "baz"));
  EXPECT_FALSE(has_directory);
  EXPECT_THAT(log.calls, ElementsAre("bar#1.new", "bar#1.dependencies"));
}

TEST_F(HatchDependencies, Item042_AScriptWhoseImportsAreNotInstalledYet) {
  write_project("[tool.hatch.build.hooks.custom]\ndependencies = ['its-imports']\n[tool.hatch.build.hooks.bar]\n");
  log.requirements["bar"] = {"of-bar"};
  write("hatch_build.py", "import nobody_has_this_module\n");
  EXPECT_THAT(requirements(), ElementsAre("its-imports", "of-bar"));
  write("hatch_build.py", "raise ValueError('of the script')\n");
  EXPECT_THAT(fault(), HasSubstr("of the script"));
  write("hatch_build.py", "def this is no Python\n");
  EXPECT_THAT(fault(), HasSubstr("hatch_build.py"));
  std::filesystem::remove(root() / "hatch_build.py");
  EXPECT_THAT(fault(), HasSubstr("hatch_build.py"));
}

TEST_F(HatchDependencies, Item042_OtherHooksMayNotFail) {
  write_project("[tool.hatch.build.hooks.bar]\n");
  log.acts["bar.dependencies"] = [](const tests::RunningStage&) { throw hooks::BuildException("of the hook"); };
  EXPECT_THAT(fault(), HasSubstr("of the hook"));
}

TEST_F(HatchDependencies, Item043_EachOnce) {
  write_project(
      "[tool.hatch.build]\ndependencies = ['b', 'a', 'b']\n[tool.hatch.build.hooks.bar]\ndependencies = ['c', 'a']\n"
      "[tool.hatch.build.targets.wheel]\ndependencies = ['a', 'a']\n");
  log.requirements["bar"] = {"d", "b", "d"};
  EXPECT_THAT(requirements(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(HatchDependencies, Item044_TheTargetsKeyWins) {
  const std::string metadata = "dependencies = ['own']\noptional-dependencies = {one = ['of-one'], two = ['of-two']}";
  write_project(
      "[tool.hatch.build]\nrequire-runtime-dependencies = true\nrequire-runtime-features = ['one']\n"
      "[tool.hatch.build.targets.wheel]\nrequire-runtime-dependencies = false\n",
      metadata);
  EXPECT_THAT(requirements(), ElementsAre("of-one"));
  write_project(
      "[tool.hatch.build]\nrequire-runtime-features = ['one']\n"
      "[tool.hatch.build.targets.wheel]\nrequire-runtime-features = ['two']\n",
      metadata);
  EXPECT_THAT(requirements(), ElementsAre("of-two"));
  for (const std::string table : {"tool.hatch.build", "tool.hatch.build.targets.wheel"}) {
    const auto fault_of_value = [&](const std::string& option) {
      write_project("[" + table + "]\nrequire-runtime-" + option + "\n");
      return fault();
    };
    const std::string place = table + ".require-runtime-";
    EXPECT_THAT(fault_of_value("dependencies = 9000"),
                AllOf(HasSubstr(place + "dependencies: "), HasSubstr("expected a boolean")));
    EXPECT_THAT(fault_of_value("features = 9000"), AllOf(HasSubstr(place + "features: "), HasSubstr("a list")));
    EXPECT_THAT(fault_of_value("features = [9000]"), HasSubstr(place + "features: entry #1: "));
    EXPECT_THAT(fault_of_value("features = ['']"), HasSubstr(place + "features: entry #1: "));
    EXPECT_THAT(fault_of_value("features = ['foo_bar']"), AllOf(HasSubstr(place), HasSubstr("'foo-bar'")));
  }
}

}  // namespace
