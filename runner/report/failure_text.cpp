// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/failure_text.hpp"

#include "runner/report/facts.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/time_text.hpp"

#include <string_view>

namespace grapnel::report {

namespace {

constexpr std::size_t kShownLines = 40;
constexpr std::size_t kShownBytes = 8192;
constexpr std::size_t kLongestLine = 1000;

void add_line(std::string& text, std::string_view label, std::string_view rest) {
  if (rest.empty()) return;
  if (!label.empty()) text.append(label).append(": ");
  text += one_line(rest, kLongestLine) + "\n";
}

void add_outcome(std::string& text, const Outcome& outcome) {
  add_line(text, name_of(outcome.outcome_class), outcome.reason);
  for (const std::string& note : outcome.notes) add_line(text, "note", note);
}

}  // namespace

std::string attempts_text(const HookModel& hook) {
  std::string text;
  for (const Try& one : tries_of(hook)) {
    if (!text.empty()) text += "; ";
    text += std::string(name_of(one.outcome.outcome_class)) + " after " + seconds_text(one.duration) + " s (" +
            one_line(one.outcome.reason, kLongestLine) + ")";
  }
  return text;
}

std::string failure_text(const HookModel& hook) {
  std::string text;
  add_outcome(text, hook.end.outcome);
  if (const auto error = first_error(tails_of(hook))) add_line(text, "first error", plain_text(error->text));
  add_line(text, "to act", words_for(actor_of(hook.end.outcome)));
  if (!hook.end.attempts.empty()) add_line(text, "attempts", attempts_text(hook));
  add_line(text, is_requested(hook.id.kind) ? "log, unless the front end removed it" : "log", hook.end.log.native());
  add_line(text, "repeat with", hook.end.run_sh.native());
  if (!hook.end.hang_report.empty()) text += "when it was stopped:\n" + plain_text(hook.end.hang_report);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::string output_text(const HookModel& hook) {
  const std::string& tail = hook.end.stderr_tail.empty() ? hook.end.stdout_tail : hook.end.stderr_tail;
  std::string text(last_lines(plain_text(tail), kShownLines, kShownBytes));
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text;
}

std::string failure_text(const RunModel& run) {
  std::string text;
  if (!run.end) return text;
  add_outcome(text, run.end->outcome);
  add_line(text, "to act", words_for(actor_of(run.end->outcome)));
  return text;
}

}  // namespace grapnel::report
