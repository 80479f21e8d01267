// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// input.json as a hook finds it.
#pragma once

#include "runner/engine/hook_directories.hpp"
#include <grapnel/events.hpp>
#include <hooks/config.hpp>
#include <hooks/json.hpp>

#include <optional>

namespace grapnel::engine {

/// The config of an input.json, which is checked as the hook will check it: the document, and the files that it names,
/// but for recorded_uses.json, which is written under the lock. A fault here is the caller's or ours, never the hook's:
/// throws std::logic_error.
[[nodiscard]] hooks::HookConfig check_input(const hooks::Json& document, const HookId& hook);

/// Writes what the hook reads, and removes what its last run has left as its result. REQUIRES: its locks are held.
/// Throws SystemError.
void write_input(const hooks::Json& document, const std::optional<hooks::Json>& recorded_uses,
                 const HookDirectories& directories);

}  // namespace grapnel::engine
