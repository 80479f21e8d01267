// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the last run did and why, kept for `grapnel why`.
#pragma once

#include "runner/engine/execution.hpp"
#include "runner/engine/session.hpp"

namespace grapnel::engine {

/// Leaves the document of a run in which a hook ran, or had to (last_run_document.hpp). A run in which all was up to
/// date leaves the earlier one. Errors are warnings: a run is not worse for it.
void write_last_run(HookKind kind, const Execution& execution, Session& session);

}  // namespace grapnel::engine
