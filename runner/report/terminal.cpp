// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/terminal.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/report/hook_kind.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace grapnel::report {

namespace {

constexpr auto kBetweenPictures = std::chrono::milliseconds(100);
constexpr auto kBetweenBeats = std::chrono::seconds(30);

std::string seconds(std::chrono::nanoseconds duration) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  std::string fraction = std::to_string(millis % 1000);
  return std::to_string(millis / 1000) + "." + std::string(3 - fraction.size(), '0') + fraction + " s";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string head(const HookId& hook, const Style& style) { return "grapnel: " + words_for(hook, style); }

}  // namespace

Terminal::Terminal(int fd, TerminalOptions options)
    : fd_(fd),
      out_(fd, options.stop),
      options_(std::move(options)),
      style_{.color = options_.look.color, .is_log = options_.is_log} {
  if (options_.verbosity == Verbosity::quiet) options_.look.console = Console::none;
}

Terminal::~Terminal() {
  if (region_.is_drawn()) write_bytes(region_.erase(window_size(fd_)));
}

bool Terminal::wants_output() const noexcept {
  return options_.verbosity == Verbosity::streaming || options_.look.console != Console::none;
}

bool Terminal::says_starts() const noexcept {
  return options_.look.console == Console::plain || options_.verbosity >= Verbosity::verbose;
}

void Terminal::on_event(const Event& event) {
  std::visit([this](const auto& one) { on(one); }, event);
}

void Terminal::on_tick(const Tick& tick) {
  if (options_.look.console == Console::plain) beat(tick);
  if (options_.look.console == Console::fancy) draw(tick);
}

void Terminal::on(const CommandStarted& event) { summary_.begin(event.time); }

void Terminal::on(const RunStarted& event) {
  summary_.begin(event.time);
  progress_.add(event);
  beat_.reset();
  told_failures_ = 0;
  // Where each hook is a run, it says enough.
  if (options_.verbosity >= Verbosity::verbose && !runs_alone(event.kind)) {
    write("grapnel: " + std::to_string(event.hooks.size()) + (event.hooks.size() == 1 ? " hook" : " hooks") +
          " to run\n");
  }
}

void Terminal::on(const HookStarted& event) {
  summary_.add(event);
  progress_.add(event);
  if (!beat_) beat_ = event.time;
  const std::vector<Reason> reasons = told_reasons(event);
  if (options_.verbosity >= Verbosity::verbose) {
    const std::string where = event.directory.empty() ? "" : " in " + style_.text(event.directory.string());
    write(head(event.hook, style_) + where + "\n" + reason_lines(reasons, "  why: ", style_));
  } else if (says_starts()) {
    const std::string why = reasons.empty() ? "" : first_line(style_.text(describe(reasons.front())));
    write(head(event.hook, style_) + ": started" + (why.empty() ? "" : " (" + why + ")") + "\n");
  }
}

void Terminal::on(const StepStarted& event) {
  if (options_.verbosity < Verbosity::verbose) return;
  write(head(event.hook, style_) + ": " + event.what + ": " + style_.text(event.command) + "\n");
}

void Terminal::on(const HookOutput& event) {
  progress_.add(event);
  if (options_.verbosity != Verbosity::streaming) return;
  std::string prefix = style_.text(event.hook.package);
  std::replace(prefix.begin(), prefix.end(), '\n', ' ');
  write(indented(style_.text(event.text), style_.faint(prefix + "|") + " "));
}

void Terminal::on_failure(const HookFinished& event) {
  const OutcomeClass end = event.outcome.outcome_class;
  if (end != OutcomeClass::skipped && end != OutcomeClass::canceled) {
    ++told_failures_;
    write(failure_block(event, style_));
    return;
  }
  // Nobody has to act on these: a line is enough.
  if (options_.verbosity == Verbosity::quiet) return;
  ++told_failures_;
  write("grapnel: " + failure_line(event, style_) + "\n");
}

void Terminal::on(const HookFinished& event) {
  progress_.add(event);
  if (!event.outcome.success()) {
    on_failure(event);
    summary_.add(event);
    return;
  }
  summary_.add(event);
  if (options_.verbosity == Verbosity::quiet) return;
  if (event.outcome.flaky) {
    write("grapnel: warning: " + words_for(event.hook, style_) + ": flaky: it succeeded after " +
          std::to_string(event.attempts.size()) + " failed attempts\n");
  }
  for (const std::string& note : event.outcome.notes)
    write("grapnel: warning: " + words_for(event.hook, style_) + ": " + text_lines(note, style_));
  if (event.up_to_date ? options_.verbosity < Verbosity::verbose : !says_starts()) return;
  write(head(event.hook, style_) + ": " + (event.up_to_date ? "up to date" : "done in " + seconds(event.duration)) +
        "\n");
}

void Terminal::on(const Message& event) {
  if (options_.verbosity == Verbosity::quiet) return;
  if (event.severity == Message::Severity::info && options_.verbosity < Verbosity::verbose) return;
  std::string line = "grapnel: ";
  if (event.severity == Message::Severity::warning) line += "warning: ";
  if (!event.package.empty()) line += "package '" + style_.text(event.package) + "': ";
  line += text_lines(event.text, style_);
  if (event.severity == Message::Severity::warning && !warnings_.insert(line).second) return;
  write(line);
}

void Terminal::on(const RunFinished& event) {
  progress_.add(event);
  // What a hook's block has said is not said again.
  if (!event.outcome.success() && told_failures_ == 0) {
    write("grapnel: " + words_for(event.outcome.outcome_class) + ": " + text_lines(event.outcome.reason, style_));
  }
  told_failures_ = 0;
  if (region_.is_drawn()) write("");
}

void Terminal::on(const CommandFinished& event) {
  std::string end = summary_.failures(style_);
  const std::string line = options_.look.console == Console::none ? "" : summary_.line(event.time, style_);
  if (!line.empty()) end += "grapnel: " + line + "\n";
  if (!end.empty() || region_.is_drawn()) write(end);
}

void Terminal::beat(const Tick& tick) {
  if (!beat_ || tick.time - *beat_ < kBetweenBeats) return;
  beat_ = tick.time;
  constexpr std::size_t kMost = 20;
  std::string lines;
  std::size_t said = 0;
  for (const RunningHook& hook : progress_.running()) {
    if (tick.time - hook.since < kBetweenBeats || said++ >= kMost) continue;
    lines += "grapnel: still running: " + first_line(style_.text(hook.id.package)) +
             (hook.id.kind == HookKind::build ? " " : " (" + std::string(name_of(hook.id.kind)) + ") ") +
             shown_age(tick.time - hook.since) +
             (hook.last_line.empty() ? "" : ", last: " + style_.text(hook.last_line)) + "\n";
  }
  if (said > kMost) lines += "grapnel: still running: " + std::to_string(said - kMost) + " more\n";
  if (!lines.empty()) write(lines);
}

void Terminal::draw(const Tick& tick) {
  if (fd_ < 0 || progress_.is_over()) return;
  if (drawn_ && tick.time - *drawn_ < kBetweenPictures) return;
  const WindowSize window = window_size(fd_);
  const std::vector<Region::Line> lines = progress_.lines(tick, window, style_);
  std::string picture;
  for (const Region::Line& line : lines) picture += line.text + "\n";
  if (region_.is_drawn() && picture == picture_ && window == window_) return;
  drawn_ = tick.time;
  picture_ = std::move(picture);
  window_ = window;
  write_bytes(region_.draw(lines, window));
}

void Terminal::write(const std::string& text) {
  if (!text.empty()) summary_.note_line();
  write_bytes((region_.is_drawn() ? region_.erase(window_size(fd_)) : "") + text);
}

void Terminal::write_bytes(const std::string& bytes) {
  if (fd_ >= 0 && !bytes.empty() && !out_.write(bytes, "standard error")) fd_ = -1;
}

}  // namespace grapnel::report
