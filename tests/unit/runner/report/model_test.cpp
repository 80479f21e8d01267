// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/model.hpp"

#include "tests/support/sample_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grapnel::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Model model_of(const std::vector<Event>& events) {
  ModelBuilder builder;
  for (const Event& event : events) builder.add(event);
  return builder.model();
}

HookId build_hook(const std::string& package) { return {package, HookKind::build}; }

Event plan_of(const std::vector<std::string>& packages, std::vector<Wait> waits) {
  RunStarted started{.kind = HookKind::build, .waits = std::move(waits)};
  for (const std::string& package : packages) started.hooks.push_back(build_hook(package));
  return started;
}
Event starts(const std::string& package, int at) {
  return HookStarted{.hook = build_hook(package), .reasons = {Reason{}}, .time = Moment(at)};
}
Event ends(const std::string& package, int at) { return HookFinished{.hook = build_hook(package), .time = Moment(at)}; }

TEST(Model, WaitsGoThroughPackagesWithoutHooks) {
  // c waits for a node without a hook, that for another one, and that for a and b.
  const Model model = model_of({plan_of({"a", "b", "c"}, {{2, 3}, {3, 4}, {4, 0}, {4, 1}})});
  EXPECT_THAT(model.hooks[0].waits_for, IsEmpty());
  EXPECT_THAT(model.hooks[2].waits_for, ElementsAre(0U, 1U));
}

TEST(Model, PackagesWithoutHooksMayBeACycle) {
  const Model model = model_of({plan_of({"a", "b"}, {{1, 2}, {2, 3}, {3, 2}, {3, 0}})});
  EXPECT_THAT(model.hooks[1].waits_for, ElementsAre(0U));
}

TEST(Model, ASlotIsTheLowestThatIsFree) {
  const Model model = model_of({plan_of({"a", "b", "c", "d"}, {}), starts("a", 1), starts("b", 2), ends("a", 3),
                                starts("c", 4), ends("b", 5), ends("c", 6), starts("d", 7), ends("d", 8)});
  EXPECT_EQ(model.hooks[0].slot, 0U);
  EXPECT_EQ(model.hooks[1].slot, 1U);
  EXPECT_EQ(model.hooks[2].slot, 0U);
  EXPECT_EQ(model.hooks[3].slot, 0U);
}

TEST(Model, TheCriticalPathIsWhatWasWaitedFor) {
  const Model model =
      model_of({plan_of({"a", "b", "c", "d"}, {{2, 0}, {2, 1}}), starts("a", 1), starts("b", 1), starts("d", 1),
                ends("a", 3), ends("b", 5), starts("c", 5), ends("d", 6), ends("c", 9)});
  EXPECT_THAT(critical_path(model), ElementsAre(1U, 2U));
  EXPECT_THAT(critical_path(model_of({plan_of({"a"}, {})})), IsEmpty());
}

TEST(Model, WhatFitsToNothingIsPassedOver) {
  const Model model = model_of({starts("x", 1), ends("x", 2), plan_of({"a"}, {{7, 9}}), ends("a", 3), starts("a", 4),
                                ends("a", 5), HookOutput{.hook = build_hook("a"), .text = "t"}});
  ASSERT_EQ(model.hooks.size(), 1U);
  EXPECT_EQ(model.hooks[0].ended, Moment(3));
  EXPECT_FALSE(model.hooks[0].started);
}

TEST(Model, ARunThatNeverHadAPlanIsARun) {
  const Model model = model_of(tests::planless_events());
  ASSERT_EQ(model.runs.size(), 1U);
  EXPECT_TRUE(model.runs[0].end);
  EXPECT_THAT(model.hooks, IsEmpty());
}

TEST(Model, IsCompleteOnlyWithTheLastEvent) {
  EXPECT_TRUE(model_of(tests::sample_events()).is_complete());
  EXPECT_FALSE(model_of(tests::cut_off_events()).is_complete());
}

TEST(Model, TheTimeOfDayFollowsTheClockThatDoesNotJump) {
  CommandStarted started{.time_of_day = std::chrono::system_clock::time_point(std::chrono::seconds(100)),
                         .time = Moment(std::chrono::seconds(7))};
  const Model model = model_of({started});
  EXPECT_EQ(model.time_of_day(Moment(std::chrono::seconds(9))).time_since_epoch(), std::chrono::seconds(102));
  EXPECT_EQ(model.since_start(Moment(0)), std::chrono::nanoseconds(0)) << "never before the start";
}

}  // namespace
}  // namespace grapnel::report
