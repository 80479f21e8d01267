// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Two ways in which hooks come to run, which reports tell apart.
#pragma once

#include <grapnel/events.hpp>

namespace grapnel::report {

/// Whether a front end asks for hooks of this kind one by one (PEP 517), and no plan does: each is a run, and one hook
/// may run any number of times; they wait for nobody and are never up to date; their logs are the front end's, which
/// may have removed them when a report is written.
[[nodiscard]] bool is_requested(HookKind kind) noexcept;

}  // namespace grapnel::report
