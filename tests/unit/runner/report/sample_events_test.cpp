// SPDX-License-Identifier: BSD-3-Clause
// The scenario matrix itself: that it has what the tests of reports count on.
#include "tests/support/sample_events.hpp"

#include "tests/support/event_script.hpp"
#include "tests/support/sample_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using namespace grapnel;
using report::HookModel;

TEST(SampleEvents, HaveAllRows) {
  std::set<int> rows;
  for (const HookModel& hook : tests::model_of(tests::sample_events()).hooks) {
    if (hook.state == HookModel::State::finished) rows.insert(hook.end.outcome.row);
  }
  std::set<int> expected{0};
  for (int row = 1; row <= 32; ++row) {
    if (row != 28) expected.insert(row);
  }
  EXPECT_EQ(rows, expected);
}

TEST(SampleEvents, AreInOrderOfTimeAndEndWithTheCommand) {
  for (const auto& events :
       {tests::sample_events(), tests::canceled_events(), tests::cut_off_events(), tests::planless_events(),
        tests::daemon_events(), tests::target_events(), tests::requests_of(20), tests::events_of(100)}) {
    for (std::size_t i = 1; i < events.size(); ++i) {
      EXPECT_LE(tests::time_of(events[i - 1]), tests::time_of(events[i])) << i;
    }
    EXPECT_TRUE(std::holds_alternative<CommandStarted>(events.front()));
  }
  EXPECT_TRUE(tests::model_of(tests::sample_events()).is_complete());
  EXPECT_FALSE(tests::model_of(tests::cut_off_events()).is_complete());
}

TEST(SampleEvents, UseNoMoreSlotsThanJobs) {
  const report::Model model = tests::model_of(tests::events_of(300, 5));
  std::set<std::size_t> slots;
  for (const HookModel& hook : model.hooks) {
    if (hook.started) slots.insert(hook.slot);
  }
  EXPECT_EQ(slots.size(), 5U);
}

TEST(SampleEvents, OfACancelHaveHooksOfAllFates) {
  const report::Model model = tests::model_of(tests::canceled_events());
  std::vector<std::string_view> fates;
  for (const HookModel& hook : model.hooks) {
    fates.push_back(hook.state == HookModel::State::waiting ? "waiting" : name_of(hook.end.outcome.outcome_class));
  }
  EXPECT_THAT(fates, testing::UnorderedElementsAre("success", "canceled", "canceled", "waiting", "waiting"));
  EXPECT_EQ(model.end->signal, 15);
}

}  // namespace
