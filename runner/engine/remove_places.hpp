// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Removes state directories while runs may be going on.
#pragma once

#include "runner/cache/log.hpp"
#include "runner/engine/state_places.hpp"
#include "runner/workspace/workspace.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace grapnel::engine {

/// Something that was to go and stays.
struct KeptPlace {
  std::filesystem::path path{};
  std::string why{};
  bool is_in_use = false;  ///< by a run; else the system refused
};

struct Removal {
  std::vector<StatePlace> removed{};
  std::vector<KeptPlace> kept{};
};

/// How to remove.
struct RemovalOptions {
  std::string purpose{};  ///< for whoever waits for the locks: "grapnel gc"
  bool dry_run = false;   ///< only say what would go; creates and changes nothing
  /// Whether a run of which nothing is known but that it is going on may use a place. Runs that found their hooks up to
  /// date hold no lock.
  std::function<bool(const StatePlace&)> may_be_used{};
};

/// Takes the locks of each place without waiting, removes its records, then moves it aside and removes it. Symbolic
/// links are removed, never followed. A run that begins meanwhile finds either all of a place or nothing of it. Places
/// that a run works in are kept, and so is what the system does not let go.
///
/// Throws SystemError where another removal is going on, or where the directory of what only we keep cannot be used.
[[nodiscard]] Removal remove_places(const workspace::Workspace& workspace, cache::StateLog& log,
                                    const std::vector<StatePlace>& places, const RemovalOptions& options);

}  // namespace grapnel::engine
