// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a Build says of a model in words, and the facts that it counts. Pure functions.
#pragma once

#include "runner/report/model.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace grapnel::report::luci {

/// Whether the hook came so far that it has a step: it runs, or ended in whatever way but being skipped.
[[nodiscard]] bool was_started(const HookModel& hook) noexcept;
/// How many hooks ended in which class; those that were not started are skipped, once the command is over.
[[nodiscard]] std::map<OutcomeClass, std::size_t> count_classes(const Model& model);
/// The first hook in time that failed as the command did, else the first one that failed; nullptr where none did.
[[nodiscard]] const HookModel* first_failure(const Model& model);

/// Summaries, Markdown, at most kMostSummary bytes: of all, of a run, of a hook, of one attempt.
[[nodiscard]] std::string summary_of(const Model& model);
[[nodiscard]] std::string summary_of(const Model& model, const RunModel& run);
[[nodiscard]] std::string summary_of(const HookModel& hook, bool over);
[[nodiscard]] std::string summary_of(const Outcome& outcome);

}  // namespace grapnel::report::luci
