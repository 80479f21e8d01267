// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/terminal.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/tool_text.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>

namespace grapnel::report {

namespace {

constexpr std::size_t kLines = 40;

std::string words_for(const HookId& hook) {
  return std::string(name_of(hook.kind)) + " hook of package '" + visible_text(hook.package) + "'";
}

// Every line of `text` behind `prefix`.
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

// A text of several lines stays readable below its first one.
std::string text_lines(const std::string& reason) {
  const std::string visible = visible_text(reason);
  const std::size_t first_end = std::min(visible.find('\n'), visible.size());
  std::string out = visible.substr(0, first_end) + "\n";
  if (first_end < visible.size()) out += indented(std::string_view(visible).substr(first_end + 1), "    ");
  return out;
}

std::string seconds(std::chrono::nanoseconds duration) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  std::string fraction = std::to_string(millis % 1000);
  return std::to_string(millis / 1000) + "." + std::string(3 - fraction.size(), '0') + fraction + " s";
}

}  // namespace

std::string words_for(OutcomeClass outcome_class) {
  std::string words(name_of(outcome_class));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string reason_lines(const std::vector<Reason>& reasons, const std::string& indent) {
  constexpr std::size_t kMost = 20;
  std::string lines;
  for (std::size_t i = 0; i < reasons.size() && i < kMost; ++i) lines += indent + text_lines(describe(reasons[i]));
  if (reasons.size() > kMost) lines += indent + "and " + std::to_string(reasons.size() - kMost) + " more\n";
  return lines;
}

std::string failure_block(const HookFinished& event) {
  const Outcome& outcome = event.outcome;
  std::string block = "grapnel: " + words_for(event.hook) + ": " + words_for(outcome.outcome_class) + "\n";
  block += "  why: " + text_lines(outcome.reason);
  for (const std::string& note : outcome.notes) block += "  note: " + text_lines(note);

  const std::string_view tail = hooks::base::last_lines(event.stderr_tail, kLines);
  if (!tail.empty()) {
    const bool all = tail.size() + 1 >= event.stderr_tail.size();
    block += all ? "  standard error:\n" : "  standard error, the last " + std::to_string(kLines) + " lines:\n";
    block += indented(visible_text(tail), "  | ");
  }
  if (!event.hang_report.empty()) {
    block += "  what it was doing:\n" + indented(visible_text(event.hang_report), "  | ");
  }
  if (!event.attempts.empty()) {
    block += "  tried " + std::to_string(event.attempts.size() + 1) +
             " times; the first log: " + visible_text(event.attempts.front().log.string()) + "\n";
  }
  if (!event.log.empty()) block += "  log: " + visible_text(event.log.string()) + "\n";
  if (!event.run_sh.empty()) block += "  repeat: " + visible_text(event.run_sh.string()) + "\n";
  return block;
}

Terminal::~Terminal() = default;

void Terminal::on_event(const Event& event) {
  std::visit([this](const auto& one) { on(one); }, event);
}

void Terminal::on(const RunStarted& event) {
  if (verbosity_ == Verbosity::verbose) write("grapnel: " + std::to_string(event.hooks.size()) + " hooks to run\n");
}

void Terminal::on(const HookStarted& event) {
  if (verbosity_ == Verbosity::verbose) {
    write("grapnel: " + words_for(event.hook) + " in " + visible_text(event.directory.string()) + "\n" +
          reason_lines(event.reasons, "  why: "));
  }
}

void Terminal::on(const StepStarted& event) {
  if (verbosity_ == Verbosity::verbose) {
    write("grapnel: " + words_for(event.hook) + ": " + event.what + ": " + visible_text(event.command) + "\n");
  }
}

void Terminal::on(const HookFinished& event) {
  if (!event.outcome.success()) {
    ++failed_hooks_;
    write(failure_block(event));
    return;
  }
  if (event.outcome.flaky) {
    write("grapnel: warning: " + words_for(event.hook) + ": flaky: it succeeded after " +
          std::to_string(event.attempts.size()) + " failed attempts\n");
  }
  for (const std::string& note : event.outcome.notes)
    write("grapnel: warning: " + words_for(event.hook) + ": " + text_lines(note));
  if (verbosity_ != Verbosity::verbose) return;
  write("grapnel: " + words_for(event.hook) + ": " +
        (event.up_to_date ? "up to date" : "done in " + seconds(event.duration)) + "\n");
}

void Terminal::on(const Message& event) {
  if (event.severity == Message::Severity::info && verbosity_ != Verbosity::verbose) return;
  std::string line = "grapnel: ";
  if (event.severity == Message::Severity::warning) line += "warning: ";
  if (!event.package.empty()) line += "package '" + visible_text(event.package) + "': ";
  line += text_lines(event.text);
  if (event.severity == Message::Severity::warning && !warnings_.insert(line).second) return;
  write(line);
}

void Terminal::on(const RunFinished& event) {
  // What a hook's block has said is not said again.
  if (!event.outcome.success() && failed_hooks_ == 0) {
    write("grapnel: " + words_for(event.outcome.outcome_class) + ": " + text_lines(event.outcome.reason));
  }
  failed_hooks_ = 0;
}

void Terminal::write(const std::string& text) {
  if (fd_ >= 0 && !hooks::base::write_all(fd_, text, "standard error")) fd_ = -1;
}

}  // namespace grapnel::report
