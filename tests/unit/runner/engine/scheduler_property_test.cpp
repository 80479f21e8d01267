// SPDX-License-Identifier: BSD-3-Clause
// Random graphs, durations and interleavings: what the scheduler promises, checked with an oracle of the test's own.
#include "runner/engine/scheduler.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace grapnel::engine {
namespace {

using std::chrono::nanoseconds;
using End = Scheduler::End;

struct Case {
  std::size_t hooks = 0;
  std::size_t size = 0;  ///< with the nodes that have no hook
  std::vector<Edge> edges;
  std::vector<nanoseconds> expected;
  std::set<std::size_t> failing;
  std::size_t at_once = 1;
  std::vector<std::size_t> ends;  ///< which of the running ones ends next, modulo their number
};

Case draw() {
  Case drawn;
  drawn.hooks = *rc::gen::inRange<std::size_t>(1, 12);
  drawn.size = drawn.hooks + *rc::gen::inRange<std::size_t>(0, 6);
  // A place for each node in the order of all, so that there is no cycle but the nodes without a hook stand anywhere.
  const auto places = *rc::gen::container<std::vector<unsigned>>(drawn.size, rc::gen::arbitrary<unsigned>());
  const auto node = rc::gen::inRange<Node>(0, static_cast<Node>(drawn.size));
  for (auto [from, to] : *rc::gen::container<std::vector<Edge>>(rc::gen::pair(node, node))) {
    const auto rank = [&](Node which) { return std::pair(places[which], which); };
    // Hooks are in an order in which they could run.
    const bool both_hooks = from < drawn.hooks && to < drawn.hooks;
    if (both_hooks ? from > to : rank(from) > rank(to)) std::swap(from, to);
    if (from != to) drawn.edges.emplace_back(from, to);
  }
  for (std::size_t hook = 0; hook < drawn.hooks; ++hook) {
    drawn.expected.emplace_back(*rc::gen::inRange(0, 5));
    if (*rc::gen::inRange(0, 5) == 0) drawn.failing.insert(hook);
  }
  drawn.at_once = *rc::gen::inRange<std::size_t>(1, 5);
  drawn.ends = *rc::gen::container<std::vector<std::size_t>>(drawn.hooks, rc::gen::arbitrary<std::size_t>());
  return drawn;
}

/// The oracle: who comes after whom, by trying all ways. Nothing where there is a cycle.
std::vector<std::vector<bool>> closure(const Case& drawn) {
  std::vector<std::vector<bool>> after(drawn.size, std::vector<bool>(drawn.size));
  for (const auto& [from, to] : drawn.edges) after[from][to] = true;
  for (std::size_t via = 0; via < drawn.size; ++via) {
    for (std::size_t from = 0; from < drawn.size; ++from) {
      for (std::size_t to = 0; to < drawn.size; ++to) {
        if (after[from][via] && after[via][to]) after[from][to] = true;
      }
    }
  }
  for (std::size_t node = 0; node < drawn.size; ++node) {
    if (after[node][node]) return {};
  }
  return after;
}

struct Trace {
  std::vector<std::size_t> started;
  std::vector<std::size_t> ended;
  std::vector<Scheduler::Skipped> skipped;
  std::size_t most_at_once = 0;
  std::map<std::size_t, std::set<std::size_t>> ended_before;  ///< start of each: what had ended then
  friend bool operator==(const Trace&, const Trace&) = default;
};

Trace run(const Case& drawn, bool keep_going) {
  Scheduler scheduler(Graph(drawn.size, drawn.edges), drawn.expected, keep_going);
  Trace trace;
  std::vector<std::size_t> running;
  std::size_t end = 0;
  while (true) {
    while (running.size() < drawn.at_once) {
      const auto hook = scheduler.next();
      if (!hook) break;
      trace.started.push_back(*hook);
      trace.ended_before[*hook] = {trace.ended.begin(), trace.ended.end()};
      running.push_back(*hook);
    }
    trace.most_at_once = std::max(trace.most_at_once, running.size());
    RC_ASSERT(scheduler.running() == running.size());
    RC_ASSERT(!running.empty() || scheduler.done());
    if (running.empty()) break;
    RC_ASSERT(!scheduler.done());
    const auto next = running.begin() + static_cast<std::ptrdiff_t>(drawn.ends[end++] % running.size());
    const std::size_t hook = *next;
    running.erase(next);
    trace.ended.push_back(hook);
    scheduler.finished(hook, drawn.failing.contains(hook) ? End::failed : End::succeeded);
  }
  trace.skipped = scheduler.skipped();
  return trace;
}

RC_GTEST_PROP(SchedulerProperty, EachHookRunsOnceAndNeverBeforeWhatItNeeds, ()) {
  Case drawn = draw();
  drawn.failing.clear();
  const auto after = closure(drawn);
  RC_PRE(!after.empty());
  const Trace trace = run(drawn, *rc::gen::arbitrary<bool>());
  RC_ASSERT(trace.started.size() == drawn.hooks);
  RC_ASSERT(std::set<std::size_t>(trace.started.begin(), trace.started.end()).size() == drawn.hooks);
  for (std::size_t hook = 0; hook < drawn.hooks; ++hook) {
    for (std::size_t needed = 0; needed < drawn.hooks; ++needed) {
      if (after[needed][hook]) RC_ASSERT(trace.ended_before.at(hook).contains(needed));
    }
  }
  RC_ASSERT(trace.skipped.empty());
}

RC_GTEST_PROP(SchedulerProperty, KeepGoingSkipsExactlyWhatDependsOnFailures, ()) {
  const Case drawn = draw();
  const auto after = closure(drawn);
  RC_PRE(!after.empty());
  const Trace trace = run(drawn, true);
  const std::set<std::size_t> ran(trace.started.begin(), trace.started.end());
  std::vector<Scheduler::Skipped> skipped;
  for (std::size_t hook = 0; hook < drawn.hooks; ++hook) {
    // The failing ones that ran are those with no failing one before them that ran; in the order of the plan.
    const auto because = std::find_if(drawn.failing.begin(), drawn.failing.end(), [&](std::size_t failing) {
      return ran.contains(failing) && after[failing][hook];
    });
    RC_ASSERT(ran.contains(hook) == (because == drawn.failing.end()));
    if (because != drawn.failing.end()) skipped.push_back({hook, *because});
  }
  RC_ASSERT(trace.skipped == skipped);
  // Whatever the interleaving.
  Case other = drawn;
  other.at_once = *rc::gen::inRange<std::size_t>(1, 5);
  other.ends = *rc::gen::container<std::vector<std::size_t>>(drawn.hooks, rc::gen::arbitrary<std::size_t>());
  RC_ASSERT(run(other, true).skipped == skipped);
}

RC_GTEST_PROP(SchedulerProperty, TheFirstFailureIsTheLastStart, ()) {
  const Case drawn = draw();
  RC_PRE(!closure(drawn).empty());
  const Trace trace = run(drawn, false);
  const auto failure = std::find_if(trace.ended.begin(), trace.ended.end(),
                                    [&](std::size_t hook) { return drawn.failing.contains(hook); });
  if (failure == trace.ended.end()) {
    RC_ASSERT(trace.started.size() == drawn.hooks);
  } else {
    for (const auto& [hook, ended_before] : trace.ended_before) RC_ASSERT(!ended_before.contains(*failure));
  }
  RC_ASSERT(trace.skipped.empty());
}

RC_GTEST_PROP(SchedulerProperty, TheSameEventsGiveTheSameAnswers, ()) {
  Case drawn = draw();
  RC_PRE(!closure(drawn).empty());
  const bool keep_going = *rc::gen::arbitrary<bool>();
  const Trace trace = run(drawn, keep_going);
  std::reverse(drawn.edges.begin(), drawn.edges.end());
  RC_ASSERT(run(drawn, keep_going) == trace);
}

RC_GTEST_PROP(SchedulerProperty, NoTokenIsIdleWhileAHookIsFree, ()) {
  Case drawn = draw();
  drawn.failing.clear();
  const auto after = closure(drawn);
  RC_PRE(!after.empty());
  drawn.at_once = drawn.hooks;
  const Trace trace = run(drawn, false);
  // Each starts as soon as the last that it needs has ended.
  for (std::size_t hook = 0; hook < drawn.hooks; ++hook) {
    std::size_t last = 0;  // how many had ended
    for (std::size_t place = 0; place < trace.ended.size(); ++place) {
      if (after[trace.ended[place]][hook]) last = place + 1;
    }
    RC_ASSERT(trace.ended_before.at(hook).size() == last);
  }
}

}  // namespace
}  // namespace grapnel::engine
