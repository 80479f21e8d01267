// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// When a hook is tried again, and what stays of the tries before.
#pragma once

#include "runner/engine/hook_directories.hpp"
#include <grapnel/outcome.hpp>

#include <chrono>
#include <filesystem>

namespace grapnel::engine {

/// Whether the try number `attempt`, counted from 0, may be followed by another one (spec: ci-reporting, section 4,
/// column "retry"). `retries` is what the caller allows.
[[nodiscard]] bool may_try_again(const Outcome& outcome, unsigned attempt, unsigned retries) noexcept;

/// How long to wait after that try: `delay`, doubled each time, up and down by half of it at random, so that many who
/// failed together do not come back together.
[[nodiscard]] std::chrono::milliseconds pause_before_retry(std::chrono::milliseconds delay, unsigned attempt);

/// Gives the logs of that try names of their own beside those of the next one; where its standard error lies now, empty
/// where nothing was there.
[[nodiscard]] std::filesystem::path set_logs_aside(const HookDirectories& directories, unsigned attempt);

}  // namespace grapnel::engine
