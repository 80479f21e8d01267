// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/facts.hpp"

#include "runner/report/time_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace grapnel::report {

namespace {

// The lower, the more it decides.
int rank(const Outcome& outcome) {
  if (outcome.outcome_class == OutcomeClass::canceled) return 5;
  if (outcome.exit_code < 0) return 0;
  if (outcome.dart_kind == DartKind::internal) return 1;
  if (outcome.exit_code == 2) return 2;
  if (outcome.exit_code == 1) return 3;
  return 4;
}

}  // namespace

const RunModel* run_of(const Model& model, const HookModel& hook) noexcept {
  const auto place = static_cast<std::size_t>(&hook - model.hooks.data());
  const auto next = std::upper_bound(model.runs.begin(), model.runs.end(), place,
                                     [](std::size_t one, const RunModel& run) { return one < run.first_hook; });
  if (next == model.runs.begin()) return nullptr;
  const RunModel& run = *std::prev(next);
  return place < run.first_hook + run.hook_count ? &run : nullptr;
}

Fate fate_of(const Model& model, const HookModel& hook) noexcept {
  if (hook.state == HookModel::State::finished) {
    if (hook.end.outcome.outcome_class == OutcomeClass::skipped) return Fate::skipped;
    return hook.end.up_to_date ? Fate::up_to_date : Fate::ran;
  }
  const RunModel* const run = run_of(model, hook);
  const bool is_over = model.end || (run != nullptr && run->end);
  return hook.state == HookModel::State::waiting && is_over ? Fate::not_started : Fate::unfinished;
}

std::string_view name_of(Fate fate) noexcept {
  switch (fate) {
    case Fate::ran:
      return "ran";
    case Fate::up_to_date:
      return "up_to_date";
    case Fate::skipped:
      return "skipped";
    case Fate::not_started:
      return "not_started";
    case Fate::unfinished:
      return "unfinished";
  }
  return "";
}

Counts counts_of(const Model& model) {
  Counts counts;
  for (const HookModel& hook : model.hooks) {
    ++counts.fates.at(static_cast<std::size_t>(fate_of(model, hook)));
    if (hook.state != HookModel::State::finished) continue;
    ++counts.classes.at(static_cast<std::size_t>(hook.end.outcome.outcome_class));
    if (hook.end.outcome.flaky) ++counts.flaky;
  }
  return counts;
}

bool is_failure(const Outcome& outcome) noexcept {
  return !outcome.success() && outcome.outcome_class != OutcomeClass::skipped;
}

std::vector<std::size_t> failed_hooks(const Model& model) {
  std::vector<std::size_t> failed;
  for (std::size_t place = 0; place < model.hooks.size(); ++place) {
    const HookModel& hook = model.hooks[place];
    if (hook.state == HookModel::State::finished && is_failure(hook.end.outcome)) failed.push_back(place);
  }
  std::stable_sort(failed.begin(), failed.end(), [&](std::size_t left, std::size_t right) {
    return rank(model.hooks[left].end.outcome) < rank(model.hooks[right].end.outcome);
  });
  return failed;
}

std::vector<std::size_t> failed_runs(const Model& model) {
  std::vector<std::size_t> failed;
  for (std::size_t place = 0; place < model.runs.size(); ++place) {
    const RunModel& run = model.runs[place];
    if (!run.end || !is_failure(run.end->outcome)) continue;
    const auto first = model.hooks.begin() + static_cast<std::ptrdiff_t>(run.first_hook);
    if (std::none_of(first, first + static_cast<std::ptrdiff_t>(run.hook_count), [](const HookModel& hook) {
          return hook.state == HookModel::State::finished && is_failure(hook.end.outcome);
        })) {
      failed.push_back(place);
    }
  }
  return failed;
}

std::string_view class_of(const Model& model) noexcept {
  return model.end ? name_of(model.end->outcome.outcome_class) : "cut_off";
}

bool is_retryable(const Model& model) noexcept {
  return model.end && model.end->outcome.retry != Retry::never &&
         std::none_of(model.hooks.begin(), model.hooks.end(), [](const HookModel& hook) {
           return hook.end.outcome.outcome_class == OutcomeClass::build_failure;
         });
}

std::string title_of(const HookId& hook) { return hook.package + " (" + std::string(name_of(hook.kind)) + ")"; }

std::string title_of(const RunModel& run) {
  return run.kind ? std::string(name_of(*run.kind)) + " hooks" : "hook runs";
}

std::string counted_hooks(std::size_t count, bool are_runs) {
  return std::to_string(count) + (are_runs ? " hook run" : " hook") + (count == 1 ? "" : "s");
}

bool has_requests(const Model& model) noexcept {
  return std::any_of(model.runs.begin(), model.runs.end(), [](const RunModel& run) { return !run.kind; });
}

std::string summary_line(const Model& model) {
  const Counts counts = counts_of(model);
  std::string text = counted_hooks(model.hooks.size(), has_requests(model));
  const char* separator = ": ";
  for (const auto& [fate, words] : {std::pair<Fate, const char*>{Fate::ran, " ran"},
                                    {Fate::up_to_date, " up to date"},
                                    {Fate::skipped, " skipped"},
                                    {Fate::not_started, " not started"},
                                    {Fate::unfinished, " unfinished"}}) {
    if (counts.of(fate) == 0) continue;
    text += separator + std::to_string(counts.of(fate)) + words;
    separator = ", ";
  }
  if (const std::size_t failed = failed_hooks(model).size()) text += "; " + std::to_string(failed) + " failed";
  if (counts.flaky != 0) text += "; " + std::to_string(counts.flaky) + " passed on a later try";
  return text + "; " + duration_words(model.since_start(model.now));
}

std::string tails_of(const HookModel& hook) {
  std::string text = hook.end.stderr_tail;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text + hook.end.stdout_tail;
}

std::vector<Try> tries_of(const HookModel& hook) {
  using std::chrono::nanoseconds;
  std::vector<Try> tries;
  if (!hook.started || !hook.ended) return tries;
  // A stream that was read from a file may name any duration: none is longer than the hook's whole life.
  const nanoseconds life = std::max(*hook.ended - *hook.started, nanoseconds(0));
  const auto within = [life](nanoseconds duration) { return std::clamp(duration, nanoseconds(0), life); };
  nanoseconds left = within(hook.end.duration);
  for (const Attempt& attempt : hook.end.attempts) {
    tries.push_back({.outcome = attempt.outcome,
                     .began = std::clamp(attempt.began, *hook.started, *hook.started + life),
                     .duration = within(attempt.duration),
                     .log = attempt.log});
    left = within(left - tries.back().duration);
  }
  Outcome last = hook.end.outcome;
  // The row for a hook that passed on a later try is the hook's; its last try just passed.
  if (last.flaky) {
    last.flaky = false;
    last.row = 1;
    last.reason = "passed";
  }
  const Moment end = *hook.started + life;
  const Moment began = tries.empty() ? *hook.started : end - left;
  tries.push_back({.outcome = std::move(last), .began = began, .duration = end - began, .log = hook.end.log});
  return tries;
}

}  // namespace grapnel::report
