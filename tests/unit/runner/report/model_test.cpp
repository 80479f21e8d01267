// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/model.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/report/facts.hpp"
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

// One request: the whole run of one hook.
void request(std::vector<Event>& events, HookKind kind, int begin, int end, Outcome outcome = {}) {
  const HookId hook{"demo", kind};
  events.emplace_back(RunStarted{.kind = kind, .hooks = {hook}, .time = Moment(begin)});
  events.emplace_back(HookStarted{.hook = hook, .time = Moment(begin)});
  events.emplace_back(HookFinished{.hook = hook, .outcome = outcome, .time = Moment(end)});
  events.emplace_back(
      RunFinished{.outcome = outcome, .duration = Moment(end - begin), .kind = kind, .time = Moment(end)});
}

TEST(Model, WhatAFrontEndAskedForIsOneRun) {
  std::vector<Event> events{CommandStarted{}};
  request(events, HookKind::build_wheel, 1, 2);
  request(events, HookKind::build_sdist, 3, 5);
  request(events, HookKind::build_wheel, 7, 9);
  const Model model = model_of(events);
  ASSERT_EQ(model.runs.size(), 1U);
  EXPECT_FALSE(model.runs[0].kind);
  EXPECT_EQ(model.runs[0].first_hook, 0U);
  EXPECT_EQ(model.runs[0].hook_count, 3U);
  ASSERT_TRUE(model.runs[0].end);
  EXPECT_EQ(model.runs[0].end->duration, Moment(8));
  ASSERT_EQ(model.hooks.size(), 3U);
  EXPECT_EQ(model.hooks[0].ended, Moment(2));
  EXPECT_EQ(model.hooks[2].started, Moment(7));
  EXPECT_EQ(model.hooks[2].ended, Moment(9));
  // Nothing waited for anything but the front end.
  EXPECT_THAT(critical_path(model), IsEmpty());
}

TEST(Model, ARequestIsCutOffUntilItsRunEnds) {
  std::vector<Event> events{CommandStarted{}};
  request(events, HookKind::build_wheel, 1, 2);
  request(events, HookKind::build_wheel, 3, 4);
  events.pop_back();
  EXPECT_FALSE(model_of(events).runs[0].end);
}

TEST(Model, OfRequestsTheRunIsWhatDecides) {
  const auto of = [](OutcomeClass outcome_class, int exit_code, std::string reason) {
    Outcome outcome;
    outcome.outcome_class = outcome_class;
    outcome.exit_code = exit_code;
    outcome.reason = std::move(reason);
    return outcome;
  };
  const Outcome passed = of(OutcomeClass::success, 0, "");
  const Outcome odd = of(OutcomeClass::uncategorized, 255, "odd");
  const Outcome build = of(OutcomeClass::build_failure, 1, "build");
  const Outcome infra = of(OutcomeClass::infra_failure, 2, "infra");
  Outcome bug = of(OutcomeClass::uncategorized, 255, "bug");
  bug.dart_kind = DartKind::internal;
  const Outcome canceled = of(OutcomeClass::canceled, -1, "canceled");
  // Spec: ci-reporting, section 3.3: each decides over those before it, whichever comes first.
  const std::vector<Outcome> order{passed, odd, build, infra, bug, canceled};
  for (std::size_t less = 0; less < order.size(); ++less) {
    for (std::size_t more = less + 1; more < order.size(); ++more) {
      for (const bool swaps : {false, true}) {
        std::vector<Event> events;
        request(events, HookKind::build_wheel, 1, 2, order[swaps ? more : less]);
        request(events, HookKind::build_wheel, 3, 4, order[swaps ? less : more]);
        EXPECT_EQ(model_of(events).runs[0].end->outcome, order[more]);
      }
    }
  }
}

TEST(Model, RequestsOfTwoCommandsInARowDoNotMix) {
  std::vector<Event> events;
  Outcome failed;
  failed.outcome_class = OutcomeClass::build_failure;
  failed.exit_code = 1;
  request(events, HookKind::build_wheel, 1, 2, failed);
  events.push_back(plan_of({"a"}, {}));
  request(events, HookKind::build_wheel, 3, 4);
  const Model model = model_of(events);
  ASSERT_EQ(model.runs.size(), 3U);
  EXPECT_EQ(model.runs[1].kind, HookKind::build);
  EXPECT_TRUE(model.runs[2].end->outcome.success());
  EXPECT_EQ(run_of(model, model.hooks[0]), &model.runs[0]);
  EXPECT_EQ(run_of(model, model.hooks[1]), &model.runs[1]);
  EXPECT_EQ(run_of(model, model.hooks[2]), &model.runs[2]);
}

TEST(Model, AStageMayHaveABuildWithinIt) {
  const HookId stage{"demo wheel:standard native-assets", HookKind::initialize};
  Outcome failed;
  failed.outcome_class = OutcomeClass::build_failure;
  failed.exit_code = 1;
  std::vector<Event> events{RunStarted{.kind = stage.kind, .hooks = {stage}, .time = Moment(1)},
                            HookStarted{.hook = stage, .reasons = {{.kind = Reason::Kind::forced}}, .time = Moment(1)},
                            plan_of({"a"}, {}),
                            starts("a", 2),
                            ends("a", 3),
                            RunFinished{.kind = HookKind::build, .time = Moment(3)},
                            HookFinished{.hook = stage, .outcome = failed, .time = Moment(4)},
                            RunFinished{.outcome = failed, .kind = stage.kind, .time = Moment(5)}};
  const Model model = model_of(events);
  ASSERT_EQ(model.runs.size(), 2U);
  EXPECT_EQ(model.runs[0].end->outcome, failed);
  EXPECT_TRUE(model.runs[1].end->outcome.success());
  EXPECT_EQ(run_of(model, model.hooks[0]), &model.runs[0]);
  EXPECT_EQ(run_of(model, model.hooks[1]), &model.runs[1]);
  EXPECT_THAT(model.hooks[0].reasons, IsEmpty());
}

TEST(Model, KeepsABoundedPartOfWhatHooksPrint) {
  constexpr std::size_t kMiB = 1U << 20U;
  const HookId hook{"demo", HookKind::build_wheel};
  Outcome failed;
  failed.outcome_class = OutcomeClass::build_failure;
  failed.exit_code = 1;
  ModelBuilder builder;
  const auto add = [&](const Outcome& outcome, const std::string& printed) -> const std::string& {
    builder.add(Event(RunStarted{.kind = hook.kind, .hooks = {hook}}));
    builder.add(Event(HookFinished{.hook = hook, .outcome = outcome, .stderr_tail = printed}));
    builder.add(Event(RunFinished{.kind = hook.kind}));
    return builder.model().hooks.back().end.stderr_tail;
  };
  const std::string large(kMiB, 'x');
  for (int i = 0; i < 64; ++i) EXPECT_EQ(add(Outcome(), large).size(), kMiB);

  // 64 MiB are full: nothing more of a success, and of a failure the end, cut between characters.
  std::string printed;
  while (printed.size() < 10'000) printed += "\u00e9";
  EXPECT_EQ(add(Outcome(), printed), "");
  const std::string end = add(failed, printed);
  EXPECT_LE(end.size(), 8192U);
  EXPECT_GT(end.size(), 8000U);
  EXPECT_TRUE(hooks::base::is_utf8(end));
  EXPECT_THAT(end, testing::EndsWith("\u00e9"));

  for (int i = 0; i < 8300; ++i) add(failed, printed);
  EXPECT_EQ(add(failed, printed), "");
  std::size_t bytes = 0;
  for (const HookModel& one : builder.model().hooks) bytes += one.end.stderr_tail.size();
  EXPECT_LE(bytes, 128 * kMiB + 8192);
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
