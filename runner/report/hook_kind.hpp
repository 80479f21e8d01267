// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Ways in which hooks come to run, which reports tell apart.
#pragma once

#include <grapnel/events.hpp>

#include <vector>

namespace grapnel::report {

/// Whether a front end asks for hooks of this kind one by one (PEP 517): they are never up to date; their logs are the
/// front end's, which may have removed them when a report is written.
[[nodiscard]] bool is_requested(HookKind kind) noexcept;

/// Whether this is a stage of a hook of a build target.
[[nodiscard]] bool is_stage(HookKind kind) noexcept;

/// Whether hooks of this kind are in no plan, as a front end or the build of a target runs them one by one: each is a
/// run, and one hook may run any number of times; they wait for nobody.
[[nodiscard]] bool runs_alone(HookKind kind) noexcept;

/// Why it runs, as far as that is worth a word: that a front end asked for it is none, nor that a stage runs each time.
[[nodiscard]] std::vector<Reason> told_reasons(const HookStarted& event);

}  // namespace grapnel::report
