// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What is going on now, for those who watch.
#pragma once

#include "runner/report/region.hpp"
#include "runner/report/style.hpp"
#include <grapnel/events.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::report {

/// How many lines a picture has at the most.
inline constexpr std::size_t kMostProgressLines = 6;

/// A hook that runs.
struct RunningHook {
  HookId id{};
  Moment since{};
  std::string last_line{};  ///< of what it printed, visible, cut; empty before it did
};

/// Counts the hooks of a run and knows those that run. Bounded: a hook's output leaves one short line. Not thread safe.
class Progress {
 public:
  void add(const RunStarted& event);
  void add(const HookStarted& event);
  void add(const HookOutput& event);
  void add(const HookFinished& event);
  void add(const RunFinished& event);

  /// Those that run, the oldest first.
  [[nodiscard]] const std::vector<RunningHook>& running() const noexcept { return running_; }
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

  /// The picture: a bar with counts, jobs and tokens, and the hooks that run; pure. In a window that does not say how
  /// wide it is, as in one of 80 columns.
  [[nodiscard]] std::vector<Region::Line> lines(const Tick& tick, const WindowSize& window, const Style& style) const;

 private:
  HookKind kind_ = HookKind::build;
  std::size_t all_ = 0;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  bool is_over_ = true;
  Moment since_{};
  std::vector<RunningHook> running_;
};

/// "0.4 s", "12 s", "3 min 05 s": as people read how long something took.
[[nodiscard]] std::string shown_seconds(std::chrono::nanoseconds duration);
/// The same in whole seconds: "0 s", "12 s", "3 min 05 s".
[[nodiscard]] std::string shown_age(std::chrono::nanoseconds duration);

}  // namespace grapnel::report
