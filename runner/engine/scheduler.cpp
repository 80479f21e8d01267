// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/scheduler.hpp"

#include <algorithm>
#include <limits>

namespace grapnel::engine {

namespace {

using std::chrono::nanoseconds;

/// What an unknown time counts as: the median of the known ones, so that a new hook is neither first nor last.
nanoseconds usual(const std::vector<nanoseconds>& expected) {
  std::vector<nanoseconds> known;
  std::copy_if(expected.begin(), expected.end(), std::back_inserter(known),
               [](nanoseconds time) { return time > nanoseconds::zero(); });
  if (known.empty()) return nanoseconds(1);
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::nth_element(known.begin(), middle, known.end());
  return *middle;
}

/// Times come from files: no sum of them overflows.
nanoseconds sum(nanoseconds left, nanoseconds right) {
  return left > nanoseconds::max() - right ? nanoseconds::max() : left + right;
}

std::vector<Node> count_dependencies(const Graph& waiters) {
  std::vector<Node> counts(waiters.size());
  for (Node node = 0; node < waiters.size(); ++node) {
    for (const Node waiter : waiters[node]) ++counts[waiter];
  }
  return counts;
}

/// The longest expected path from each node to the end, its own time included.
std::vector<nanoseconds> longest_paths(const Graph& waiters, const std::vector<nanoseconds>& expected) {
  std::vector<Node> left = count_dependencies(waiters);
  std::vector<Node> sorted;
  sorted.reserve(waiters.size());
  for (Node node = 0; node < waiters.size(); ++node) {
    if (left[node] == 0) sorted.push_back(node);
  }
  for (std::size_t next = 0; next < sorted.size(); ++next) {
    for (const Node waiter : waiters[sorted[next]]) {
      if (--left[waiter] == 0) sorted.push_back(waiter);
    }
  }
  const nanoseconds unknown = usual(expected);
  std::vector<nanoseconds> paths(waiters.size());
  for (auto node = sorted.rbegin(); node != sorted.rend(); ++node) {
    nanoseconds longest{};
    for (const Node waiter : waiters[*node]) longest = std::max(longest, paths[waiter]);
    const bool is_hook = *node < expected.size();
    const nanoseconds own = !is_hook                                ? nanoseconds::zero()
                            : expected[*node] > nanoseconds::zero() ? expected[*node]
                                                                    : unknown;
    paths[*node] = sum(longest, own);
  }
  return paths;
}

}  // namespace

Scheduler::Scheduler(const Graph& waiters, const std::vector<nanoseconds>& expected, bool keep_going)
    : waiters_(waiters),
      hooks_(expected.size()),
      keep_going_(keep_going),
      waits_for_(count_dependencies(waiters)),
      remaining_(longest_paths(waiters, expected)) {
  // The nodes that are free from the start; those without a hook pass on at once, so they are listed first.
  std::vector<Node> roots;
  for (Node node = 0; node < waiters_.size(); ++node) {
    if (waits_for_[node] == 0) roots.push_back(node);
  }
  for (const Node root : roots) release(root);
}

std::optional<std::size_t> Scheduler::next() {
  if (stopped_ || free_.empty()) return std::nullopt;
  const Node hook = free_.begin()->second;
  free_.erase(free_.begin());
  ++running_;
  return hook;
}

void Scheduler::finished(std::size_t hook, End end) {
  --running_;
  if (end == End::succeeded) {
    pass_on(static_cast<Node>(hook));
    return;
  }
  failed_.push_back(hook);
  if (!keep_going_) stop();
}

void Scheduler::stop() { stopped_ = true; }

bool Scheduler::done() const { return running_ == 0 && (stopped_ || free_.empty()); }

std::vector<Scheduler::Skipped> Scheduler::skipped() const {
  if (!keep_going_) return {};
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> because(waiters_.size(), kNone);
  std::vector<std::size_t> failures = failed_;
  std::sort(failures.begin(), failures.end());
  std::vector<Node> queue;
  for (const std::size_t failure : failures) {
    queue.assign(1, static_cast<Node>(failure));
    while (!queue.empty()) {
      const Node node = queue.back();
      queue.pop_back();
      for (const Node waiter : waiters_[node]) {
        if (because[waiter] != kNone) continue;  // an earlier failure has been here, and beyond
        because[waiter] = failure;
        queue.push_back(waiter);
      }
    }
  }
  std::vector<Skipped> skipped;
  for (std::size_t hook = 0; hook < hooks_; ++hook) {
    if (because[hook] != kNone) skipped.push_back({hook, because[hook]});
  }
  return skipped;
}

void Scheduler::release(Node node) {
  if (node < hooks_) {
    free_.emplace(-remaining_[node], node);
  } else {
    pass_on(node);
  }
}

/// Not recursive: a chain of packages without a hook may be as long as the plan.
void Scheduler::pass_on(Node node) {
  std::vector<Node> queue{node};
  while (!queue.empty()) {
    const Node done = queue.back();
    queue.pop_back();
    for (const Node waiter : waiters_[done]) {
      if (--waits_for_[waiter] != 0) continue;
      if (waiter < hooks_) {
        release(waiter);
      } else {
        queue.push_back(waiter);
      }
    }
  }
}

}  // namespace grapnel::engine
