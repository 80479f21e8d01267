// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/scheduler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace grapnel::engine {
namespace {

using std::chrono::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using End = Scheduler::End;
using Skipped = Scheduler::Skipped;

std::vector<nanoseconds> times(const std::vector<long>& counts) { return {counts.begin(), counts.end()}; }

/// All that may start now.
std::vector<std::size_t> startable(Scheduler& scheduler) {
  std::vector<std::size_t> hooks;
  while (const auto hook = scheduler.next()) hooks.push_back(*hook);
  return hooks;
}

TEST(Scheduler, NothingToDoIsDone) {
  Scheduler scheduler(Graph(), {}, false);
  EXPECT_FALSE(scheduler.next());
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, AHookWaitsForAllThatItNeeds) {
  Scheduler scheduler(Graph(3, {{0, 2}, {1, 2}}), times({0, 0, 0}), false);
  EXPECT_THAT(startable(scheduler), ElementsAre(0, 1));
  EXPECT_EQ(scheduler.running(), 2U);
  scheduler.finished(1, End::succeeded);
  EXPECT_FALSE(scheduler.next());
  EXPECT_FALSE(scheduler.done());
  scheduler.finished(0, End::succeeded);
  EXPECT_THAT(startable(scheduler), ElementsAre(2));
  EXPECT_FALSE(scheduler.done());
  scheduler.finished(2, End::succeeded);
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, PackagesWithoutAHookOnlyPassOn) {
  // 0 -> (3) -> (4) -> 1, and (5) -> 2 with nobody before it.
  Scheduler scheduler(Graph(6, {{0, 3}, {3, 4}, {4, 1}, {5, 2}}), times({0, 0, 0}), false);
  EXPECT_THAT(startable(scheduler), ElementsAre(0, 2));
  scheduler.finished(2, End::succeeded);
  EXPECT_FALSE(scheduler.next());
  scheduler.finished(0, End::succeeded);
  EXPECT_THAT(startable(scheduler), ElementsAre(1));
}

TEST(Scheduler, TheLongestPathGoesFirst) {
  // 0 alone takes 5; 1 -> 3 takes 1 + 6; 2 -> (4) -> 3 takes 2 + 6.
  Scheduler scheduler(Graph(5, {{1, 3}, {2, 4}, {4, 3}}), times({5, 1, 2, 6}), false);
  EXPECT_THAT(startable(scheduler), ElementsAre(2, 1, 0));
}

TEST(Scheduler, AmongEqualsTheFirstInThePlan) {
  Scheduler scheduler(Graph(4, {}), times({3, 3, 4, 3}), false);
  EXPECT_THAT(startable(scheduler), ElementsAre(2, 0, 1, 3));
}

TEST(Scheduler, AnUnknownTimeIsTheMedianOfTheKnownOnes) {
  Scheduler scheduler(Graph(4, {}), times({1, 100, 0, 7}), false);
  EXPECT_THAT(startable(scheduler), ElementsAre(1, 2, 3, 0));
  // With none known the number of hooks on the path decides.
  Scheduler unknown(Graph(4, {{1, 2}, {2, 3}}), times({0, 0, 0, 0}), false);
  EXPECT_THAT(startable(unknown), ElementsAre(1, 0));
}

TEST(Scheduler, TimesNobodyCouldHaveMeasuredDoNoHarm) {
  const auto longest = nanoseconds::max();
  Scheduler scheduler(Graph(4, {{1, 2}, {2, 3}}), {longest, longest, longest, nanoseconds::min()}, false);
  EXPECT_THAT(startable(scheduler), ElementsAre(0, 1));
}

TEST(Scheduler, AfterAFailureNothingStarts) {
  Scheduler scheduler(Graph(4, {{0, 2}}), times({0, 0, 0, 0}), false);
  EXPECT_EQ(scheduler.next(), 0U);
  EXPECT_EQ(scheduler.next(), 1U);
  scheduler.finished(1, End::failed);
  EXPECT_FALSE(scheduler.next());
  EXPECT_FALSE(scheduler.done()) << "what runs is finished";
  scheduler.finished(0, End::succeeded);
  EXPECT_FALSE(scheduler.next());
  EXPECT_TRUE(scheduler.done());
  EXPECT_THAT(scheduler.skipped(), IsEmpty());
}

TEST(Scheduler, AfterAStopNothingStarts) {
  for (const bool keep_going : {false, true}) {
    Scheduler scheduler(Graph(2, {}), times({0, 0}), keep_going);
    EXPECT_EQ(scheduler.next(), 0U);
    scheduler.stop();
    EXPECT_FALSE(scheduler.next());
    EXPECT_FALSE(scheduler.done());
    scheduler.finished(0, End::failed);
    EXPECT_TRUE(scheduler.done());
    EXPECT_THAT(scheduler.skipped(), IsEmpty());
  }
}

TEST(Scheduler, KeepGoingSkipsWhatDependsOnAFailure) {
  // 0 -> 2 -> (5) -> 4, 1 -> 4, 1 -> 3
  Scheduler scheduler(Graph(6, {{0, 2}, {2, 5}, {5, 4}, {1, 4}, {1, 3}}), times({0, 0, 0, 0, 0}), true);
  EXPECT_EQ(scheduler.next(), 0U);
  EXPECT_EQ(scheduler.next(), 1U);
  scheduler.finished(0, End::failed);
  EXPECT_FALSE(scheduler.done());
  EXPECT_THAT(scheduler.skipped(), ElementsAre(Skipped{2, 0}, Skipped{4, 0}));
  scheduler.finished(1, End::succeeded);
  EXPECT_THAT(startable(scheduler), ElementsAre(3));
  scheduler.finished(3, End::succeeded);
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, SkippedIsBlamedOnTheFirstFailureInThePlan) {
  Scheduler scheduler(Graph(4, {{0, 2}, {1, 2}, {1, 3}}), times({0, 0, 0, 0}), true);
  EXPECT_THAT(startable(scheduler), ElementsAre(0, 1));
  scheduler.finished(1, End::failed);
  EXPECT_THAT(scheduler.skipped(), ElementsAre(Skipped{2, 1}, Skipped{3, 1}));
  scheduler.finished(0, End::failed);
  EXPECT_THAT(scheduler.skipped(), ElementsAre(Skipped{2, 0}, Skipped{3, 1}));
  EXPECT_TRUE(scheduler.done());
}

/// Seconds that a run over `size` hooks in one chain with `size` more edges takes.
double seconds_for(Node size) {
  std::vector<Edge> edges;
  for (Node node = 0; node + 1 < size; ++node) {
    edges.emplace_back(node, node + 1);
    if (node + 7 < size) edges.emplace_back(node, node + 7);
    edges.emplace_back(node, size + node);  // and as long a fringe without hooks
    if (node > 0) edges.emplace_back(size + node - 1, size + node);
  }
  const Graph graph(2 * size, edges);
  const auto begin = std::chrono::steady_clock::now();
  Scheduler scheduler(graph, std::vector<nanoseconds>(size), false);
  Node ran = 0;
  while (const auto hook = scheduler.next()) {
    scheduler.finished(*hook, End::succeeded);
    ++ran;
  }
  EXPECT_EQ(ran, size);
  EXPECT_TRUE(scheduler.done());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(Scheduler, TimeIsLinearInTheSize) {
  // Quadratic would be 10,000 times as much; a stalled machine is no failed test.
  double large = std::numeric_limits<double>::max();
  double small = large;
  for (int round = 0; round < 5; ++round) {
    small = std::min(small, seconds_for(1'000));
    large = std::min(large, seconds_for(100'000));
  }
  EXPECT_LT(large, 1'000 * small);
}

}  // namespace
}  // namespace grapnel::engine
