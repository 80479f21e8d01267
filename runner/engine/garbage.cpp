// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/garbage.hpp"

#include "runner/engine/config_use.hpp"

#include <algorithm>
#include <tuple>

namespace grapnel::engine {

std::vector<StatePlace> garbage(const std::vector<StatePlace>& places, const GarbageLimits& limits, cache::Moment now) {
  std::vector<StatePlace> gone;
  std::vector<const StatePlace*> configs;
  std::uint64_t size = 0;
  for (const StatePlace& place : places) {
    const bool is_config = place.kind == StatePlace::Kind::config;
    const bool is_old =
        is_config && limits.max_age && now - place.last_used > std::chrono::nanoseconds(*limits.max_age).count();
    if (is_old || (!is_config && !place.is_of_workspace)) {
      gone.push_back(place);
      continue;
    }
    size += place.bytes;
    if (is_config) configs.push_back(&place);
  }
  if (!limits.max_size) return gone;
  std::sort(configs.begin(), configs.end(), [](const StatePlace* left, const StatePlace* right) {
    return std::tie(left->last_used, left->path) < std::tie(right->last_used, right->path);
  });
  for (const StatePlace* config : configs) {
    if (size <= *limits.max_size) break;
    size -= config->bytes;
    gone.push_back(*config);
  }
  return gone;
}

bool may_be_used_by_a_run(const StatePlace& place, cache::Moment now) {
  constexpr cache::Moment kLongEnough = 2 * std::chrono::nanoseconds(kUseGranularity).count();
  return now - place.last_used < kLongEnough;
}

}  // namespace grapnel::engine
