// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the last run did and why, kept for `grapnel why`.
#pragma once

#include "runner/engine/execution.hpp"
#include "runner/engine/session.hpp"

#include <filesystem>

namespace grapnel::engine {

/// Where the document lies: `last_build.json` or `last_link.json` in the directory of what only we keep.
[[nodiscard]] std::filesystem::path last_run_file(const std::filesystem::path& own_directory, HookKind kind);

/// Leaves the document of a run in which a hook ran, or had to (schema: docs/schema/last_run.schema.json). A run in
/// which all was up to date leaves the earlier one. Errors are warnings: a run is not worse for it.
void write_last_run(HookKind kind, const Execution& execution, Session& session);

}  // namespace grapnel::engine
