// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// When a config was last used, for whoever removes what is no longer used.
#pragma once

#include "runner/cache/file_state.hpp"
#include "runner/cache/log.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace grapnel::engine {

/// A use is noted at most once in this time: an up-to-date run has nothing to write.
inline constexpr std::chrono::hours kUseGranularity(24);

/// Notes at the beginning of a run that a config is used. What others have removed before is known afterwards. Errors
/// are ignored: who cannot write has nobody who removes.
void note_use(cache::StateLog& log, const std::string& checksum, cache::Moment now);

/// The last use that was noted; the true one may be kUseGranularity later.
[[nodiscard]] std::optional<cache::Moment> noted_use(const cache::StateLog& log, const std::string& checksum);

}  // namespace grapnel::engine
