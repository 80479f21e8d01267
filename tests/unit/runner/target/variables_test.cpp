// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/variables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace grapnel::target {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The variables of an environment, with all that they borrow.
struct Given {
  explicit Given(Environment all, const std::vector<std::string>& names = {})
      : environment(std::move(all)), like_hatch(names) {}
  Environment environment;
  LikeHatch like_hatch;
  Variables variables{environment, like_hatch};
};

TEST(Variables, SwitchesAreOffByThemselves) {
  const Given none({});
  EXPECT_FALSE(none.variables.clean() || none.variables.clean_hooks_after() || none.variables.hooks_only() ||
               none.variables.no_hooks() || none.variables.hooks_enable());
  EXPECT_EQ(none.variables.enabling("a"), "");
  EXPECT_EQ(none.variables.location(), "");
  EXPECT_EQ(none.variables.verbosity(), 0);
  EXPECT_THAT(none.variables.warnings(), IsEmpty());
}

TEST(Variables, EachSwitchHasTwoNames) {
  struct Case {
    const char* name;
    bool (Variables::*is_on)() const;
  };
  const Case cases[] = {{"CLEAN", &Variables::clean},
                        {"CLEAN_HOOKS_AFTER", &Variables::clean_hooks_after},
                        {"HOOKS_ONLY", &Variables::hooks_only},
                        {"NO_HOOKS", &Variables::no_hooks},
                        {"HOOKS_ENABLE", &Variables::hooks_enable}};
  for (const Case& one : cases) {
    for (const char* const prefix : {"HATCH_BUILD_", "GRAPNEL_BUILD_"}) {
      const std::string name = std::string(prefix) + one.name;
      for (const char* const on : {"1", "true"}) {
        EXPECT_TRUE((Given({name + "=" + on}).variables.*one.is_on)()) << name << on;
      }
      for (const char* const off : {"", "0", "false", "True", "yes", "on", "2", " 1", "1 "}) {
        EXPECT_FALSE((Given({name + "=" + off}).variables.*one.is_on)()) << name << off;
      }
    }
    const Given both({std::string("GRAPNEL_BUILD_") + one.name + "=0", std::string("HATCH_BUILD_") + one.name + "=1"});
    EXPECT_TRUE((both.variables.*one.is_on)()) << "either is enough";
  }
}

TEST(Variables, AHooksVariableMayHaveItsHyphens) {
  EXPECT_EQ(Given({"HATCH_BUILD_HOOK_ENABLE_MY-HOOK=1"}).variables.enabling("my-Hook"),
            "HATCH_BUILD_HOOK_ENABLE_MY-HOOK");
  const std::string exportable = "GRAPNEL_BUILD_HOOK_ENABLE_MY_HOOK";
  EXPECT_EQ(Given({exportable + "=true"}).variables.enabling("my-hook"), exportable);
  EXPECT_EQ(Given({exportable + "=true"}, {"enable-variable"}).variables.enabling("my-hook"), "");
  EXPECT_EQ(Given({exportable + "=true"}).variables.enabling("my"), "");
  EXPECT_EQ(Given({exportable + "=false"}).variables.enabling("my-hook"), "");
}

TEST(Variables, Location) {
  EXPECT_EQ(Given({"HATCH_BUILD_LOCATION=a b"}).variables.location(), "a b");
  EXPECT_EQ(Given({"GRAPNEL_BUILD_LOCATION=own", "HATCH_BUILD_LOCATION=a"}).variables.location(), "own");
  EXPECT_EQ(Given({"GRAPNEL_BUILD_LOCATION=", "HATCH_BUILD_LOCATION=a"}).variables.location(), "a");
}

TEST(Variables, Verbosity) {
  EXPECT_EQ(Given({"HATCH_QUIET=1", "HATCH_VERBOSE=3"}).variables.verbosity(), 2);
  EXPECT_EQ(Given({"HATCH_QUIET=2"}).variables.verbosity(), -2);
  EXPECT_EQ(Given({"HATCH_VERBOSE=-1"}).variables.verbosity(), -1);
  for (const char* const no_integer : {"", "x", "1x", "0x1", "1.5", "99999999999"}) {
    EXPECT_EQ(Given({std::string("HATCH_VERBOSE=") + no_integer}).variables.verbosity(), 0) << no_integer;
  }
}

TEST(Variables, NoValuesAreTooLarge) {
  EXPECT_GT(Given({"HATCH_QUIET=-2147483648", "HATCH_VERBOSE=2147483647"}).variables.verbosity(), 0);
  EXPECT_LT(Given({"HATCH_QUIET=2147483647", "HATCH_VERBOSE=-2147483648"}).variables.verbosity(), 0);
}

TEST(Variables, ValuesThatMeanNothingAreTold) {
  const Environment environment{"GRAPNEL_BUILD_HOOK_ENABLE_X=on",  "HATCH_BUILD_CLEAN=yes",
                                "HATCH_BUILD_HOOKS_ENABLE=1",      "HATCH_BUILD_HOOKS_ONLY=0",
                                "HATCH_BUILD_HOOK_ENABLE_Y=false", "HATCH_BUILD_LOCATION=yes",
                                "HATCH_BUILD_NO_HOOKS=",           "HATCH_BUILD_OTHER=yes"};
  EXPECT_THAT(Given(environment).variables.warnings(),
              ElementsAre(AllOf(HasSubstr("GRAPNEL_BUILD_HOOK_ENABLE_X is 'on'"), HasSubstr("on is '1' or 'true'")),
                          HasSubstr("HATCH_BUILD_CLEAN is 'yes'")));
  EXPECT_THAT(Given(environment, {"variable-warning"}).variables.warnings(), IsEmpty());
}

}  // namespace
}  // namespace grapnel::target
