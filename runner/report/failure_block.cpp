// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/failure_block.hpp"

#include "hooks_api/base/tool_text.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/hook_kind.hpp"

#include <algorithm>

namespace grapnel::report {

namespace {

constexpr std::size_t kLines = 40;

// The end of what a hook printed to one of its two outputs.
std::string output_lines(const std::string& name, const std::string& printed, const Style& style) {
  const std::string_view tail = hooks::base::last_lines(printed, kLines);
  if (tail.empty()) return {};
  const bool all = tail.size() + 1 >= printed.size();
  return "  " + name + (all ? ":\n" : ", the last " + std::to_string(kLines) + " lines:\n") +
         indented(style.text(tail), "  | ");
}

// Tools such as ninja say on standard output what went wrong.
bool is_error_on_standard_output(const HookFinished& event, const ErrorLine& error) {
  const auto there = first_error(event.stderr_tail);
  return !there || there->text != error.text;
}

std::string printed_lines(const HookFinished& event, const Style& style) {
  const auto error = first_error(event.stderr_tail + "\n" + event.stdout_tail);
  if (!error) return {};
  std::string lines = "  error: " + style.bad(style.text(error->text)) + "\n";
  lines += output_lines("standard error", event.stderr_tail, style);
  if (is_error_on_standard_output(event, *error)) {
    lines += output_lines("standard output", event.stdout_tail, style);
  }
  return lines;
}

}  // namespace

std::string indented(std::string_view text, std::string_view prefix) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += prefix;
    out += text.substr(0, end);
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string text_lines(const std::string& text, const Style& style) {
  const std::string visible = style.text(text);
  const std::size_t first_end = std::min(visible.find('\n'), visible.size());
  std::string out = visible.substr(0, first_end) + "\n";
  if (first_end < visible.size()) out += indented(std::string_view(visible).substr(first_end + 1), "    ");
  return out;
}

std::string words_for(const HookId& hook, const Style& style) {
  // A name on several lines would look like lines of ours.
  std::string package = style.text(hook.package);
  std::replace(package.begin(), package.end(), '\n', ' ');
  return std::string(name_of(hook.kind)) + (is_stage(hook.kind) ? " of '" : " hook of package '") + package + "'";
}

std::string words_for(OutcomeClass outcome_class) {
  std::string words(name_of(outcome_class));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string reason_lines(const std::vector<Reason>& reasons, const std::string& indent, const Style& style) {
  constexpr std::size_t kMost = 20;
  std::string lines;
  for (std::size_t i = 0; i < reasons.size() && i < kMost; ++i)
    lines += indent + text_lines(describe(reasons[i]), style);
  if (reasons.size() > kMost) lines += indent + "and " + std::to_string(reasons.size() - kMost) + " more\n";
  return lines;
}

std::string failure_block(const HookFinished& event, const Style& style) {
  const Outcome& outcome = event.outcome;
  std::string block =
      "grapnel: " + style.strong(words_for(event.hook, style)) + ": " + style.bad(words_for(outcome.outcome_class));
  block += "\n  why: " + text_lines(outcome.reason, style);
  for (const std::string& note : outcome.notes) block += "  note: " + text_lines(note, style);
  block += printed_lines(event, style);
  if (!event.hang_report.empty()) {
    block += "  what it was doing:\n" + indented(style.text(event.hang_report), "  | ");
  }
  if (!event.attempts.empty()) {
    block += "  tried " + std::to_string(event.attempts.size() + 1) +
             " times; the first log: " + style.text(event.attempts.front().log.string()) + "\n";
  }
  if (!event.log.empty()) block += "  log: " + style.text(event.log.string()) + "\n";
  if (!event.run_sh.empty()) {
    block += "  repeat: " + style.text(hooks::base::shell_quote(event.run_sh.string())) + " (with its environment)\n";
  }
  const std::string_view actor = words_for(actor_of(outcome));
  if (!actor.empty()) block += "  to act: " + std::string(actor) + "\n";
  return block;
}

std::string failure_line(const HookFinished& event, const Style& style) {
  const std::string reason = style.text(event.outcome.reason);
  std::string line = words_for(event.hook, style) + ": " + style.bad(words_for(event.outcome.outcome_class)) + ": " +
                     reason.substr(0, reason.find('\n'));
  if (!event.log.empty()) line += "; log: " + style.text(event.log.string());
  return line;
}

}  // namespace grapnel::report
