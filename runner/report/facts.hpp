// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What several reports say of a model in the same way.
#pragma once

#include "runner/report/model.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report {

/// What became of an announced hook.
enum class Fate {
  ran,
  up_to_date,
  skipped,      ///< a hook that it needs failed; or it is not there, and need not be
  not_started,  ///< its run ended before
  unfinished,   ///< the stream was cut off meanwhile
};
/// REQUIRES: `hook` is one of the model's.
[[nodiscard]] Fate fate_of(const Model& model, const HookModel& hook) noexcept;
/// "ran", "up_to_date", …: the words of documents.
[[nodiscard]] std::string_view name_of(Fate fate) noexcept;

inline constexpr std::array kFates{Fate::ran, Fate::up_to_date, Fate::skipped, Fate::not_started, Fate::unfinished};
inline constexpr std::array kClasses{
    OutcomeClass::success,   OutcomeClass::build_failure, OutcomeClass::infra_failure, OutcomeClass::uncategorized,
    OutcomeClass::timed_out, OutcomeClass::canceled,      OutcomeClass::skipped};

/// How many hooks have which fate and class. Hooks without an end have no class.
struct Counts {
  std::array<std::size_t, kFates.size()> fates{};
  std::array<std::size_t, kClasses.size()> classes{};
  std::size_t flaky = 0;
  [[nodiscard]] std::size_t of(Fate fate) const { return fates.at(static_cast<std::size_t>(fate)); }
  [[nodiscard]] std::size_t of(OutcomeClass one) const { return classes.at(static_cast<std::size_t>(one)); }
};
[[nodiscard]] Counts counts_of(const Model& model);

/// Whether an outcome is one that somebody has to look at: neither success nor skipped.
[[nodiscard]] bool is_failure(const Outcome& outcome) noexcept;
/// Hooks that failed, what decides the command's class first (spec: ci-reporting, section 3.3), those that were
/// canceled last. Places in Model::hooks.
[[nodiscard]] std::vector<std::size_t> failed_hooks(const Model& model);
/// Runs that failed although no hook of theirs did: there was no plan, or assets do not go together. Places in
/// Model::runs.
[[nodiscard]] std::vector<std::size_t> failed_runs(const Model& model);

/// What the whole command came to, in a word: a class, or "cut_off" where the stream has no end.
[[nodiscard]] std::string_view class_of(const Model& model) noexcept;
/// Whether it may help to do the same again: one hook that must fail again spoils it (spec: ci-reporting, section 3.3).
[[nodiscard]] bool is_retryable(const Model& model) noexcept;

/// The run that announced a hook; null where `hook` is none of the model's.
[[nodiscard]] const RunModel* run_of(const Model& model, const HookModel& hook) noexcept;

/// "sqlite3 (build)".
[[nodiscard]] std::string title_of(const HookId& hook);
/// "build hooks", "link hooks"; "hook runs" for those that run alone (hook_kind.hpp).
[[nodiscard]] std::string title_of(const RunModel& run);
/// "1 hook", "12 hooks"; with `are_runs`, as one hook may be there several times, "12 hook runs".
[[nodiscard]] std::string counted_hooks(std::size_t count, bool are_runs);
/// Whether any of them ran alone.
[[nodiscard]] bool has_requests(const Model& model) noexcept;
/// One line: "12 hooks: 9 ran, 2 up to date, 1 skipped; 1 failed; 4.2 s".
[[nodiscard]] std::string summary_line(const Model& model);
/// Both tails that a hook left, standard error first: what first_error() looks at.
[[nodiscard]] std::string tails_of(const HookModel& hook);

/// One try of a hook, the last one among them.
struct Try {
  Outcome outcome{};
  Moment began{};
  std::chrono::nanoseconds duration{};
  std::filesystem::path log{};
};
/// All tries of a hook that ran, in order; empty for others.
[[nodiscard]] std::vector<Try> tries_of(const HookModel& hook);

}  // namespace grapnel::report
