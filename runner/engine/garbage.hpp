// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which state directories are no longer worth their place. Pure.
#pragma once

#include "runner/engine/state_places.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace grapnel::engine {

struct GarbageLimits {
  std::optional<std::chrono::seconds> max_age{};  ///< of a config since its last use
  std::optional<std::uint64_t> max_size{};        ///< of all places together
};

/// What has to go: shared directories and programs of packages that the workspace no longer has; configs that were not
/// used for longer than the limit; then, until the rest is small enough, further configs, those first that were not
/// used for longest.
[[nodiscard]] std::vector<StatePlace> garbage(const std::vector<StatePlace>& places, const GarbageLimits& limits,
                                              cache::Moment now);

/// Whether a run that is going on may use a place: one says so only once in kUseGranularity, and may take its time.
[[nodiscard]] bool may_be_used_by_a_run(const StatePlace& place, cache::Moment now);

}  // namespace grapnel::engine
