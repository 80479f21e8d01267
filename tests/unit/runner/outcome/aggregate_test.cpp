// SPDX-License-Identifier: BSD-3-Clause
#include "runner/outcome/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <errno.h>
#include <rapidcheck/gtest.h>
#include <signal.h>

#include <algorithm>
#include <vector>

namespace grapnel::outcome {
namespace {

using ::testing::HasSubstr;

Outcome exited(int code) { return classify({.end = Exited{code}, .output = {}}); }

Outcome stopped(StopReason reason, TimeoutClass timeout_class = TimeoutClass::infra) {
  return classify({.end = Signaled{SIGTERM, false}, .output = {}, .stop = reason}, {.timeout_class = timeout_class});
}

Outcome success() {
  Evidence evidence{.end = Exited{0}, .output = {}};
  evidence.output.state = OutputEvidence::State::read;
  return classify(evidence);
}

Outcome confirmed_infra() {
  Evidence evidence{.end = Exited{2}, .output = {}};
  evidence.output.state = OutputEvidence::State::read;
  evidence.output.status.status = hooks::protocol::OutputStatus::Status::failure;
  evidence.output.status.type = "infra";
  return classify(evidence);
}

TEST(Aggregate, IsSuccessForNothingAndForSuccessesAlone) {
  for (const auto& outcomes : {std::vector<Outcome>{}, {success()}, {success(), cached()}}) {
    const Outcome outcome = aggregate(outcomes);
    EXPECT_EQ(outcome.outcome_class, OutcomeClass::success);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_FALSE(outcome.flaky);
  }
  EXPECT_TRUE(aggregate({success(), passed_on_retry(success())}).flaky);
}

TEST(Aggregate, FollowsThePrecedence) {
  // Each beats all that come after it.
  const std::vector<Outcome> order{stopped(StopReason::canceled),
                                   stopped(StopReason::deadline),
                                   internal_failure("a bug"),
                                   exited(2),
                                   exited(1),
                                   exited(255),
                                   success()};
  for (std::size_t first = 0; first < order.size(); ++first) {
    for (std::size_t second = first + 1; second < order.size(); ++second) {
      SCOPED_TRACE(order[first].reason + " and " + order[second].reason);
      EXPECT_EQ(aggregate({order[first], order[second]}).outcome_class, order[first].outcome_class);
      EXPECT_EQ(aggregate({order[second], order[first]}).exit_code, order[first].exit_code);
    }
  }
}

TEST(Aggregate, BuildFirstTurnsInfraAndBuildAround) {
  EXPECT_EQ(aggregate({exited(2), exited(1)}, Aggregate::build_first).exit_code, 1);
  EXPECT_EQ(aggregate({exited(2), exited(255)}, Aggregate::build_first).exit_code, 2);
  EXPECT_EQ(aggregate({exited(1), internal_failure("a bug")}, Aggregate::build_first).exit_code, 255);
}

TEST(Aggregate, RanksATimeLimitAsWhatItCountsAs) {
  EXPECT_EQ(aggregate({stopped(StopReason::time_limit), exited(1)}).exit_code, 2);
  EXPECT_EQ(aggregate({stopped(StopReason::time_limit, TimeoutClass::build), exited(2)}).exit_code, 2);
  EXPECT_EQ(aggregate({stopped(StopReason::time_limit, TimeoutClass::uncategorized), exited(1)}).exit_code, 1);
}

TEST(Aggregate, IsRetriedOnlyWhereThatMayHelp) {
  EXPECT_EQ(aggregate({confirmed_infra(), success()}).retry, Retry::yes);
  EXPECT_EQ(aggregate({confirmed_infra(), exited(2)}).retry, Retry::once);
  EXPECT_EQ(aggregate({confirmed_infra(), exited(255)}).retry, Retry::yes);
  EXPECT_EQ(aggregate({confirmed_infra(), exited(1)}).retry, Retry::never);
  EXPECT_EQ(aggregate({confirmed_infra(), exited(1)}).outcome_class, OutcomeClass::infra_failure);
  EXPECT_EQ(aggregate({confirmed_infra(), project_failure("a cycle")}).retry, Retry::never);
}

TEST(Aggregate, LeavesSkippedHooksToWhatTheyWaitedFor) {
  EXPECT_EQ(aggregate({skipped("a"), exited(1)}).outcome_class, OutcomeClass::build_failure);
}

TEST(Aggregate, IsSuccessWhereAHookNeedNotBeThere) {
  EXPECT_TRUE(aggregate({unsupported("no build_editable")}).success());
  EXPECT_TRUE(aggregate({success(), unsupported("no build_editable")}).success());
}

// --- properties
// -----------------------------------------------------------------------------------------------------------

/// Outcomes of every kind; some with reasons of their own, so that equals by class differ.
rc::Gen<Outcome> any_outcome() {
  const std::vector<Outcome> kinds{success(),
                                   cached(),
                                   passed_on_retry(success()),
                                   skipped("a"),
                                   exited(0),
                                   exited(1),
                                   exited(2),
                                   exited(7),
                                   exited(255),
                                   confirmed_infra(),
                                   classify({.end = Signaled{SIGSEGV, true}, .output = {}}),
                                   classify({.end = Signaled{SIGKILL, false}, .output = {}, .out_of_memory = true}),
                                   stopped(StopReason::time_limit),
                                   stopped(StopReason::time_limit, TimeoutClass::build),
                                   stopped(StopReason::time_limit, TimeoutClass::uncategorized),
                                   stopped(StopReason::deadline),
                                   stopped(StopReason::canceled),
                                   system_failure(ENOENT, "missing"),
                                   system_failure(EIO, "broken"),
                                   project_failure("a cycle"),
                                   internal_failure("a bug"),
                                   raised(false, "ValueError"),
                                   raised(true, "InfraException"),
                                   worker_died({.end = Exited{0}, .output = {}}),
                                   unsupported("no build_editable")};
  return rc::gen::map(rc::gen::pair(rc::gen::elementOf(kinds), rc::gen::inRange(0, 3)), [](const auto& drawn) {
    Outcome outcome = drawn.first;
    outcome.reason += std::string(static_cast<std::size_t>(drawn.second), '!');
    return outcome;
  });
}

RC_GTEST_PROP(AggregateProperty, GivesTheSameForAnyOrder, ()) {
  const auto outcomes = *rc::gen::container<std::vector<Outcome>>(any_outcome());
  auto shuffled = outcomes;
  for (std::size_t left = shuffled.size(); left > 1; --left) {
    std::swap(shuffled[left - 1], shuffled[*rc::gen::inRange<std::size_t>(0, left)]);
  }
  const auto order = *rc::gen::element(Aggregate::infra_first, Aggregate::build_first);
  RC_ASSERT(aggregate(outcomes, order) == aggregate(shuffled, order));
}

RC_GTEST_PROP(AggregateProperty, IsSuccessExactlyWhereNothingFailed, ()) {
  const auto outcomes = *rc::gen::container<std::vector<Outcome>>(any_outcome());
  const bool failed = std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return !outcome.success() && outcome.outcome_class != OutcomeClass::skipped;
  });
  RC_ASSERT(aggregate(outcomes).success() == !failed);
}

RC_GTEST_PROP(AggregateProperty, IsNeverRetriedWithADeterministicBuildFailure, ()) {
  auto outcomes = *rc::gen::container<std::vector<Outcome>>(any_outcome());
  outcomes.push_back(exited(1));
  RC_ASSERT(aggregate(outcomes).retry == Retry::never);
}

}  // namespace
}  // namespace grapnel::outcome
