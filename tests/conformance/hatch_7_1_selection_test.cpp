// SPDX-License-Identifier: BSD-3-Clause
// Spec: hatch-build-hooks, section 7.1, by its numbers: which hooks a target has, and in which order. In comments G is
// the table of hooks for all targets, X that of the target foo.
#include "runner/base/errors.hpp"
#include "runner/target/hook_selection.hpp"
#include "tests/support/hatch_project.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using grapnel::Environment;
using grapnel::ProjectError;
using grapnel::target::LikeHatch;
using grapnel::target::SelectedHook;
using hooks::Json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

class HatchSelection : public tests::HatchProject {
 protected:
  std::vector<SelectedHook> select(const Environment& environment = {}, const LikeHatch& like_hatch = {}) {
    warnings.clear();
    return select_hooks(grapnel::workspace::load_build_project(root()), "foo",
                        grapnel::target::Variables(environment, like_hatch), like_hatch, warnings);
  }

  // The names of those that run.
  std::vector<std::string> chosen(const Environment& environment = {}, const LikeHatch& like_hatch = {}) {
    std::vector<std::string> names;
    for (const SelectedHook& hook : select(environment, like_hatch)) {
      EXPECT_FALSE(hook.reason.empty());
      if (hook.is_chosen) names.push_back(hook.name);
    }
    return names;
  }

  // Written as tables of tool.hatch.build; G and X stand for the long names of the tables of hooks.
  void configure(std::string text) const {
    const auto replace = [&](std::string_view what, std::string_view by) {
      for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
      }
    };
    replace("[G", "[tool.hatch.build.hooks");
    replace("[X", "[tool.hatch.build.targets.foo.hooks");
    write_project(text);
  }

  std::vector<std::string> warnings;
};

constexpr const char* kThree = "[G.foo]\nenable-by-default = false\n[G.bar]\nenable-by-default = false\n[G.baz]\n";

TEST_F(HatchSelection, Item001_NothingConfigured) { EXPECT_THAT(select(), IsEmpty()); }

TEST_F(HatchSelection, Item002_HooksOfTheTargetAreATable) {
  write_project("[tool.hatch.build.targets.foo]\nhooks = 'bar'\n");
  EXPECT_THAT([&] { select(); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("pyproject.toml': tool.hatch.build.targets.foo.hooks: "),
                                                HasSubstr("found a string; expected a table"))));
}

TEST_F(HatchSelection, Item003_EachHookOfTheTargetIsATable) {
  configure("[X]\nbar = 'baz'\n");
  EXPECT_THAT([&] { select(); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.targets.foo.hooks.bar: "),
                                                HasSubstr("found a string; expected a table"))));
}

TEST_F(HatchSelection, Item004_HooksForAllTargetsAreATable) {
  write_project("[tool.hatch.build]\nhooks = 'foo'\n");
  EXPECT_THAT([&] { select(); }, ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.hooks: "),
                                                                   HasSubstr("found a string; expected a table"))));
}

TEST_F(HatchSelection, Item005_EachHookForAllTargetsIsATable) {
  configure("[G]\nfoo = 'bar'\n");
  EXPECT_THAT([&] { select(); }, ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.hooks.foo: "),
                                                                   HasSubstr("found a string; expected a table"))));
}

TEST_F(HatchSelection, Item006_AHookForAllTargets) {
  configure("[G.foo]\nbar = 'baz'\n");
  const std::vector<SelectedHook> hooks = select();
  ASSERT_EQ(hooks.size(), 1U);
  EXPECT_EQ(hooks[0].name, "foo");
  EXPECT_EQ(hooks[0].config, (Json::Object{{"bar", "baz"}}));
  EXPECT_EQ(hooks[0].table.path, "tool.hatch.build.hooks.foo");
}

TEST_F(HatchSelection, Item007_HooksOfTheTargetComeAfterThoseForAll) {
  configure("[X.baz]\n[G.foo]\n");
  EXPECT_THAT(chosen(), ElementsAre("foo", "baz"));
}

TEST_F(HatchSelection, Item008_TheTargetsTableReplacesTheOther) {
  configure("[G.foo]\nbar = 'baz'\n[X.foo]\nbaz = 'bar'\n");
  const std::vector<SelectedHook> hooks = select();
  ASSERT_EQ(hooks.size(), 1U);
  EXPECT_EQ(hooks[0].config, (Json::Object{{"baz", "bar"}}));
  EXPECT_THAT(warnings,
              ElementsAre(AllOf(HasSubstr("tool.hatch.build.targets.foo.hooks.foo replaces tool.hatch.build.hooks.foo"),
                                HasSubstr("'bar'"))));
  (void)select({}, LikeHatch({"replacement-warning"}));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(HatchSelection, Item009_ANameInBothKeepsItsFirstPlace) {
  configure("[G.b]\n[G.a]\nof = 'all'\n[X.c]\n[X.a]\nof = 'foo'\n");
  EXPECT_THAT(chosen(), ElementsAre("b", "a", "c"));
  EXPECT_EQ(select()[1].config, (Json::Object{{"of", "foo"}}));
}

TEST_F(HatchSelection, Item010_NoHooksBeatsAll) {
  configure(kThree);
  EXPECT_THAT(chosen({"HATCH_BUILD_NO_HOOKS=true"}), IsEmpty());
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOKS_ENABLE=true", "HATCH_BUILD_HOOK_ENABLE_FOO=1", "HATCH_BUILD_NO_HOOKS=1"}),
              IsEmpty());
  EXPECT_THAT(chosen({"HATCH_BUILD_NO_HOOKS=True"}), ElementsAre("baz")) << "only 1 and true are on";
}

TEST_F(HatchSelection, Item011_EnableByDefault) {
  configure(kThree);
  EXPECT_THAT(chosen(), ElementsAre("baz"));
  configure("[G.foo]\nenable-by-default = false\n[X.foo]\nown = 1\n");
  EXPECT_THAT(chosen(), ElementsAre("foo")) << "the target's table says nothing of it";
  configure("[G.foo]\nenable-by-default = 'false'\n");
  EXPECT_THAT([&] { select(); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("tool.hatch.build.hooks.foo.enable-by-default: "),
                                                HasSubstr("found a string; expected a boolean"))));
  EXPECT_THAT(chosen({}, LikeHatch({"enable-by-default"})), ElementsAre("foo"));
}

TEST_F(HatchSelection, Item012_HooksEnable) {
  configure(kThree);
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOKS_ENABLE=true"}), ElementsAre("foo", "bar", "baz"));
}

TEST_F(HatchSelection, Item013_HookEnable) {
  configure(kThree);
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOK_ENABLE_FOO=true"}), ElementsAre("foo", "baz"));
  configure("[G.tracer-a]\nenable-by-default = false\n");
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOK_ENABLE_TRACER-A=1"}), ElementsAre("tracer-a"));
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOK_ENABLE_TRACER_A=1"}), ElementsAre("tracer-a"));
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOK_ENABLE_TRACER_A=1"}, LikeHatch({"enable-variable"})), IsEmpty());
}

TEST_F(HatchSelection, Item014_YesIsNotOn) {
  configure(kThree);
  for (const char* const value : {"yes", "on", "True", "TRUE", "2", ""}) {
    EXPECT_THAT(chosen({std::string("HATCH_BUILD_HOOKS_ENABLE=") + value}), ElementsAre("baz")) << value;
  }
}

TEST_F(HatchSelection, Item015_VariablesOnlyEverEnable) {
  configure(kThree);
  EXPECT_THAT(chosen({"HATCH_BUILD_HOOK_ENABLE_BAZ=false"}), ElementsAre("baz"));
}

TEST_F(HatchSelection, Item016_TheExampleOfTheDocumentation) {
  configure("[X.hook2]\n[G.hook3]\n[G.hook1]\n");
  EXPECT_THAT(chosen(), ElementsAre("hook3", "hook1", "hook2"));
  write_project("");
  write("hatch.toml", "[build.targets.foo.hooks.hook2]\n[build.hooks.hook3]\n[build.hooks.hook1]\n");
  EXPECT_THAT(chosen(), ElementsAre("hook3", "hook1", "hook2"));
}

TEST_F(HatchSelection, Item017_AnUnknownHook) {
  configure("[G.nobody-has-this]\ndependencies = ['its-plugin']\n");
  const auto built = grapnel::build_targets(options({}));
  EXPECT_THAT(built.outcome.reason, HasSubstr("nobody-has-this"));
  EXPECT_EQ(built.exit_code, 1);
  EXPECT_THAT(files_of(dist()), IsEmpty());
  const auto asked = grapnel::target_requirements(options({}));
  EXPECT_TRUE(asked.outcome.success()) << asked.outcome.reason;
  EXPECT_THAT(asked.requirements, ElementsAre("its-plugin")) << "it may be about to be installed";
}

// Hooks of grapnel.toml.

TEST_F(HatchSelection, HooksOfGrapnelTomlStandWhereTheirHookIs) {
  configure("[G.first]\n[G.grapnel]\n[G.last]\n");
  write("grapnel.toml", "[build.hooks.a]\n[build.targets.foo.hooks.b]\n");
  EXPECT_THAT(chosen(), ElementsAre("first", "a", "b", "last"));
  configure("[G.first]\n[G.last]\n");
  EXPECT_THAT(chosen(), ElementsAre("first", "last", "a", "b"));
  write("grapnel.toml", "[build.hooks.first]\n");
  EXPECT_THAT([&] { select(); },
              ThrowsMessage<ProjectError>(AllOf(HasSubstr("two hooks have the name 'first'"),
                                                HasSubstr("pyproject.toml"), HasSubstr("grapnel.toml"))));
  write("grapnel.toml", "[build]\n");
  configure("[G.grapnel]\nx = 1\n");
  EXPECT_THAT(chosen(), ElementsAre("grapnel")) << "the packages' hooks are meant";
}

}  // namespace
