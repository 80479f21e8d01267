// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_summary.hpp"

#include "runner/report/facts.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/luci_build.hpp"
#include "runner/report/markdown.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/terminal.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::report::luci {

namespace {

// What stands before a block of code. The block gets the rest of the summary.
constexpr std::size_t kMostHead = 1400;
constexpr std::size_t kMostLine = 300;
constexpr std::size_t kMostNames = 20;

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// A cut may fall between a backslash and what it stands before; a backslash alone shows itself.
std::string class_line(const Outcome& outcome) {
  return "**" + words_for(outcome.outcome_class) + "**: " + first_bytes(markdown_text(outcome.reason), kMostLine);
}

std::string name_in_text(const HookModel& hook) {
  constexpr std::size_t kMostName = 120;
  return markdown_code(first_bytes(hook.id.package, kMostName));
}

std::string name_with_kind(const HookModel& hook) {
  return name_in_text(hook) + " (" + std::string(grapnel::name_of(hook.id.kind)) + ")";
}

// Of hooks from `first` on.
std::string tally(const Model& model, std::size_t first, std::size_t count, bool are_runs, bool over) {
  std::map<OutcomeClass, std::size_t> classes;
  std::size_t up_to_date = 0;
  std::size_t running = 0;
  std::size_t waiting = 0;
  const std::size_t end = std::min(first + count, model.hooks.size());
  for (std::size_t i = first; i < end; ++i) {
    const HookModel& hook = model.hooks[i];
    if (hook.state == HookModel::State::waiting) {
      ++waiting;
    } else if (hook.state == HookModel::State::running) {
      ++running;
    } else {
      ++classes[hook.end.outcome.outcome_class];
      if (hook.end.up_to_date) ++up_to_date;
    }
  }
  std::string text = counted_hooks(end - std::min(first, end), are_runs);
  const char* separator = ": ";
  const auto add = [&](const std::string& part) { text += std::exchange(separator, ", ") + part; };
  for (const auto& [outcome_class, number] : classes) {
    if (outcome_class == OutcomeClass::skipped) continue;
    std::string part = std::to_string(number) + " " + words_for(outcome_class);
    if (outcome_class == OutcomeClass::success && up_to_date != 0)
      part += " (" + std::to_string(up_to_date) + " up to date)";
    add(part);
  }
  if (running != 0) add(std::to_string(running) + (over ? " without an end" : " running"));
  const std::size_t skipped = classes[OutcomeClass::skipped] + (over ? waiting : 0);
  if (skipped != 0) add(std::to_string(skipped) + (are_runs ? " skipped" : " not started"));
  if (!over && waiting != 0) add(std::to_string(waiting) + " waiting");
  return text;
}

}  // namespace

bool was_started(const HookModel& hook) noexcept {
  if (hook.state == HookModel::State::waiting) return false;
  return hook.state == HookModel::State::running || hook.end.outcome.outcome_class != OutcomeClass::skipped;
}

std::map<OutcomeClass, std::size_t> count_classes(const Model& model) {
  std::map<OutcomeClass, std::size_t> counts;
  for (const HookModel& hook : model.hooks) {
    if (hook.state == HookModel::State::finished) {
      ++counts[hook.end.outcome.outcome_class];
    } else if (model.is_complete() && hook.state == HookModel::State::waiting) {
      ++counts[OutcomeClass::skipped];
    }
  }
  return counts;
}

const HookModel* first_failure(const Model& model) {
  const HookModel* first = nullptr;
  bool first_decides = false;
  for (const HookModel& hook : model.hooks) {
    const Outcome& outcome = hook.end.outcome;
    if (hook.state != HookModel::State::finished || outcome.success()) continue;
    if (outcome.outcome_class == OutcomeClass::skipped) continue;
    const bool decides = model.end && outcome.outcome_class == model.end->outcome.outcome_class;
    if (first == nullptr || (decides && !first_decides) || (decides == first_decides && hook.ended < first->ended)) {
      first = &hook;
      first_decides = decides;
    }
  }
  return first;
}

std::string summary_of(const Outcome& outcome) { return outcome.success() ? "" : class_line(outcome); }

std::string summary_of(const HookModel& hook, bool over) {
  if (hook.state == HookModel::State::running) return over ? "The events end while it runs." : "";
  const HookFinished& end = hook.end;
  const Outcome& outcome = end.outcome;
  std::string text;
  if (!outcome.success()) {
    text = class_line(outcome);
    const std::string_view who = words_for(actor_of(outcome));
    if (!who.empty()) text += "\n\nTo act: " + std::string(who) + ".";
  } else if (end.up_to_date) {
    text = "Up to date.";
  } else if (!hook.reasons.empty()) {
    text = "Ran: " + first_bytes(markdown_text(describe(hook.reasons.front())), kMostLine) + ".";
  }
  if (outcome.flaky) text += "\n\nFlaky: it succeeded after " + counted(end.attempts.size(), "failed attempt") + ".";
  for (const std::string& note : outcome.notes) text += "\n\n" + first_bytes(markdown_text(note), kMostLine);
  if (outcome.success()) return first_bytes(text, kMostSummary);

  const std::string& output = end.stderr_tail.empty() ? end.stdout_tail : end.stderr_tail;
  if (const auto error = first_error(output))
    text += "\n\nFirst error: " + markdown_code(first_bytes(error->text, kMostLine));
  text = first_bytes(text, kMostHead);
  const std::string block = markdown_block(output, kMostSummary - text.size() - 2);
  return block.empty() ? text : text + "\n\n" + block;
}

std::string summary_of(const Model& model, const RunModel& run) {
  const bool over = run.end || model.is_complete();
  std::string text;
  if (run.end && !run.end->outcome.success()) text = class_line(run.end->outcome) + "\n\n";
  text += tally(model, run.first_hook, run.hook_count, !run.kind, over) + ".";
  if (!over) return text;
  std::string names;
  std::size_t count = 0;
  const std::size_t end = std::min(run.first_hook + run.hook_count, model.hooks.size());
  for (std::size_t i = run.first_hook; i < end; ++i) {
    if (was_started(model.hooks[i])) continue;
    if (++count > kMostNames) continue;
    names += (names.empty() ? "" : ", ") + (run.kind ? name_in_text(model.hooks[i]) : name_with_kind(model.hooks[i]));
  }
  if (count > kMostNames) names += " and " + std::to_string(count - kMostNames) + " more";
  if (count != 0) text += (run.kind ? "\n\nNot started: " : "\n\nSkipped: ") + names + ".";
  return first_bytes(text, kMostSummary);
}

std::string summary_of(const Model& model) {
  std::string text;
  if (model.end && !model.end->outcome.success()) {
    text = class_line(model.end->outcome) + "\n\n";
    const std::string_view who = words_for(actor_of(model.end->outcome));
    if (!who.empty()) text += "To act: " + std::string(who) + ".\n\n";
  }
  text += tally(model, 0, model.hooks.size(), has_requests(model), model.is_complete()) + ".";
  const HookModel* first = first_failure(model);
  if (first == nullptr) return first_bytes(text, kMostSummary);

  constexpr std::size_t kMostFailures = 8;
  std::size_t failures = 0;
  for (const HookModel& hook : model.hooks) {
    const Outcome& outcome = hook.end.outcome;
    if (hook.state != HookModel::State::finished || outcome.success() || !was_started(hook)) continue;
    if (++failures > kMostFailures) continue;
    constexpr std::size_t kMostReason = 160;
    text += (failures == 1 ? "\n\n* " : "\n* ") + name_with_kind(hook) + ": " + words_for(outcome.outcome_class) +
            ": " + first_bytes(markdown_text(outcome.reason), kMostReason);
  }
  if (failures > kMostFailures) text += "\n* and " + std::to_string(failures - kMostFailures) + " more";
  const HookFinished& end = first->end;
  const std::string title = "\n\n" + name_in_text(*first) + ":\n\n";
  text = first_bytes(text, 2 * kMostHead - title.size());
  const std::string block = markdown_block(end.stderr_tail.empty() ? end.stdout_tail : end.stderr_tail,
                                           kMostSummary - text.size() - title.size());
  return block.empty() ? text : text + title + block;
}

}  // namespace grapnel::report::luci
