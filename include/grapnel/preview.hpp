// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a run would do, and the graph that it would go through; nothing is started.
#pragma once

#include <grapnel/events.hpp>
#include <grapnel/outcome.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel {

/// One hook of a run that has not begun.
struct PreviewedHook {
  enum class Verdict {
    up_to_date,
    will_run,
    may_run,  ///< nothing of its own has changed, but it waits for a hook that will or may run
  };
  HookId hook{};
  Verdict verdict = Verdict::up_to_date;
  std::vector<Reason> reasons{};                   ///< of its own; at least one where it will run
  std::optional<std::chrono::nanoseconds> last{};  ///< how long its last run took; nothing where that is unknown
  std::vector<std::string> waits_for{};            ///< packages whose hooks end before, where they will or may run
};
/// "up_to_date", "will_run", "may_run": the words of documents.
[[nodiscard]] std::string_view name_of(PreviewedHook::Verdict verdict) noexcept;

/// What Runner::preview() gave. The rest means something only where outcome.success().
struct Preview {
  Outcome outcome{};
  std::vector<PreviewedHook> hooks{};  ///< in plan order
  /// Packages with a CMake project of which nobody knows which hooks it has before it is configured; a run does that.
  std::vector<std::string> unknown{};
  std::chrono::nanoseconds will_take{};  ///< by earlier runs, one after another: of what will run
  std::chrono::nanoseconds may_take{};   ///< of what will or may run
  /// The longest chain of hooks that will or may run and wait for each other, by package, and its time: no number of
  /// jobs makes a run faster.
  std::vector<std::string> critical_path{};
  std::chrono::nanoseconds critical_time{};
};

/// One package of a PackageGraph.
struct GraphPackage {
  std::string name{};
  std::vector<HookKind> hooks{};            ///< that it has; none: it stands between packages with hooks
  bool is_unknown = false;                  ///< it has a CMake project that was not configured yet
  std::vector<std::string> dependencies{};  ///< direct ones, of those in the graph
};

/// What Runner::graph() gave. Means something only where outcome.success().
struct PackageGraph {
  Outcome outcome{};
  std::vector<GraphPackage> packages{};  ///< by name
};

}  // namespace grapnel
