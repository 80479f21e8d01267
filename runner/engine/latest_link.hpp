// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The links that people find the last logs by: `<state>/<package>/latest-build` and `latest-link` point to the
/// directory of the hook run that was started last, whatever its config.
#pragma once

#include "runner/engine/hook_directories.hpp"
#include <grapnel/events.hpp>

#include <filesystem>

namespace grapnel::engine {

/// Where the link of a package's hook is.
[[nodiscard]] std::filesystem::path latest_link(const std::filesystem::path& state_directory, const HookId& hook);

/// Lets it point to the directory of `directories`; atomically, and only where it does not yet. Errors are passed over:
/// no run is worse for it. REQUIRES: the package's lock is held.
void update_latest_link(const HookDirectories& directories, HookKind kind) noexcept;

/// Removes the links of a package's state directory that point to nothing.
void remove_dangling_latest_links(const std::filesystem::path& package_directory) noexcept;

}  // namespace grapnel::engine
