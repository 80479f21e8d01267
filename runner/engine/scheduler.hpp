// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which hook starts next. Pure: driven by events, without threads, clock or I/O.
#pragma once

#include "runner/base/graph.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace grapnel::engine {

/// Gives out each hook of a plan once, when all that it waits for has succeeded. The same events in the same order give
/// the same answers. Time and memory are linear in the size of the graph, but for the order among free hooks.
///
/// How many run at once is the caller's business: it asks for the next hook only where it may start one more.
class Scheduler {
 public:
  enum class End { succeeded, failed };

  /// `waiters`: as in plan::Plan, acyclic; its first expected.size() nodes are hooks. `expected`: how long each hook
  /// took last time, 0 where that is unknown: then it counts as the median of the known ones.
  Scheduler(const Graph& waiters, const std::vector<std::chrono::nanoseconds>& expected, bool keep_going);

  /// The hook to start now: of the free ones that with the longest expected path to the end, its own time included; the
  /// first in the plan among equals. Nothing while none is free.
  [[nodiscard]] std::optional<std::size_t> next();

  /// REQUIRES: next() gave out `hook`, and it has not finished before. After a failure without keep_going no hook is
  /// given out any more.
  void finished(std::size_t hook, End end);

  /// No hook is given out any more.
  void stop();

  /// Nothing runs, and nothing will be given out.
  [[nodiscard]] bool done() const;

  [[nodiscard]] std::size_t running() const { return running_; }

  /// A hook that never runs, because of one that failed.
  struct Skipped {
    std::size_t hook;
    std::size_t because;  ///< the first hook in the plan that failed and that it depends on
    friend bool operator==(const Skipped&, const Skipped&) = default;
  };
  /// With keep_going: what depends on the failures so far, in the order of the plan. Without it, nothing: what did not
  /// run was not started.
  [[nodiscard]] std::vector<Skipped> skipped() const;

 private:
  void release(Node node);
  void pass_on(Node node);

  Graph waiters_;
  std::size_t hooks_;
  bool keep_going_;
  bool stopped_ = false;
  std::size_t running_ = 0;
  std::vector<Node> waits_for_;                      ///< nodes that have not succeeded yet, by node
  std::vector<std::chrono::nanoseconds> remaining_;  ///< the longest expected path to the end, by node
  /// What is free: by the negated path, then by place in the plan.
  std::set<std::pair<std::chrono::nanoseconds, Node>> free_;
  std::vector<std::size_t> failed_;
};

}  // namespace grapnel::engine
