// SPDX-License-Identifier: BSD-3-Clause
// The step summary: Markdown, with names and output that must not act as such. GitHub drops all of a summary that is
// too large, so it is cut by whole rows and blocks.
#include "runner/report/facts.hpp"
#include "runner/report/failure_text.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/markdown.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/report.hpp"
#include "runner/report/time_text.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::report {

namespace {

constexpr std::size_t kMostBytes = 1'000'000;  // of the 1 MiB of a step, with room for somebody else's few lines
constexpr std::size_t kMostRows = 1000;
constexpr std::size_t kMostBlocks = 200;  // of failures
constexpr std::size_t kMostMessages = 50;

// Text that is nothing but text: a character reference never begins or ends anything in Markdown.
std::string inert(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_letter = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || c == ' ' || c == ',' || c == ';' || c == '(' || c == ')' || c == '/') {
      out += c;
    } else {
      out += "&#" + std::to_string(byte) + ";";
    }
  }
  return out;
}

std::string cell(std::string_view text, std::size_t bytes = 200) { return inert(one_line(text, bytes)); }

// In a fence that the text cannot end.
std::string fenced(std::string_view text) {
  const std::string fence = fence_around(text);
  std::string out = fence + "text\n" + std::string(text);
  if (!out.ends_with('\n')) out += '\n';
  return out + fence + "\n";
}

// One hook run; or all that succeeded of a hook that a front end asked for again and again.
struct Row {
  std::size_t place = 0;  ///< of the first one
  std::size_t times = 1;
  std::chrono::nanoseconds time{-1};  ///< together; hooks that did not run come last
};

// Failures first, then by time: what a person looks for.
std::vector<Row> rows_of(const Model& model) {
  std::vector<Row> rows;
  const auto row = [&](std::size_t place) {
    const HookModel& hook = model.hooks[place];
    return Row{.place = place, .time = hook.started ? hook.end.duration : std::chrono::nanoseconds(-1)};
  };
  for (const std::size_t place : failed_hooks(model)) rows.push_back(row(place));
  const auto failed = static_cast<std::ptrdiff_t>(rows.size());
  std::map<std::pair<HookKind, std::string_view>, std::size_t> requested;
  for (std::size_t place = 0; place < model.hooks.size(); ++place) {
    const HookModel& hook = model.hooks[place];
    const bool is_finished = hook.state == HookModel::State::finished;
    if (is_finished && is_failure(hook.end.outcome)) continue;
    if (is_finished && hook.started && hook.end.outcome.success() && runs_alone(hook.id.kind)) {
      const auto [known, is_first] = requested.try_emplace({hook.id.kind, hook.id.package}, rows.size());
      if (!is_first) {
        ++rows[known->second].times;
        rows[known->second].time += hook.end.duration;
        continue;
      }
    }
    rows.push_back(row(place));
  }
  std::stable_sort(rows.begin() + failed, rows.end(),
                   [](const Row& left, const Row& right) { return left.time > right.time; });
  return rows;
}

std::string text_of(const Model& model, const Row& row) {
  const HookModel& hook = model.hooks[row.place];
  const Fate fate = fate_of(model, hook);
  std::string result(name_of(fate));
  std::string reason;
  if (hook.state == HookModel::State::finished) {
    if (fate == Fate::ran) result = name_of(hook.end.outcome.outcome_class);
    if (hook.end.outcome.flaky) result += ", flaky";
    if (!hook.end.outcome.success() || hook.end.outcome.flaky) reason = hook.end.outcome.reason;
    if (reason.empty() && !hook.reasons.empty()) reason = describe(hook.reasons.front());
  }
  std::replace(result.begin(), result.end(), '_', ' ');
  if (row.times > 1) result += ", " + std::to_string(row.times) + " times";
  const std::size_t tries = tries_of(hook).size();
  return "| " + cell(hook.id.package) + " | " + std::string(name_of(hook.id.kind)) + " | " + result + " | " +
         (hook.started ? seconds_text(row.time) + " s" : "") + " | " + (tries > 1 ? std::to_string(tries) : "") +
         " | " + cell(reason, 300) + " |\n";
}

class Summary {
 public:
  explicit Summary(const Model& model) : model_(model) {}

  [[nodiscard]] std::string write() && {
    std::string result(class_of(model_));
    std::replace(result.begin(), result.end(), '_', ' ');
    out_ = "### grapnel " + cell(model_.command.command) + ": " + result + "\n\n" + summary_line(model_) + "\n\n";
    if (model_.end && !model_.end->outcome.success()) {
      out_ += cell(model_.end->outcome.reason, 1000) + "\n\n";
      out_ += is_retryable(model_) ? "Trying again may help.\n\n" : "Trying again does not help.\n\n";
    }
    if (!model_.hooks.empty()) write_table();
    write_runs();
    write_failures();
    write_messages();
    return std::move(out_);
  }

 private:
  // Half of the room is for the table at most.
  void write_table() {
    out_ += "| package | hook | result | time | tries | why |\n| --- | --- | --- | ---: | ---: | --- |\n";
    const std::vector<Row> rows = rows_of(model_);
    std::size_t written = 0;
    for (; written < rows.size() && written < kMostRows; ++written) {
      const std::string row = text_of(model_, rows[written]);
      if (out_.size() + row.size() > kMostBytes / 2) break;
      out_ += row;
    }
    out_ += "\n";
    if (written < rows.size()) {
      out_ += "And " + std::to_string(rows.size() - written) + (has_requests(model_) ? " more rows" : " more hooks") +
              ".\n\n";
    }
  }

  void write_runs() {
    for (const std::size_t place : failed_runs(model_)) {
      const RunModel& run = model_.runs[place];
      out_ += "#### " + title_of(run) + "\n\n" + fenced(first_bytes(failure_text(run), kMostBytes / 20)) + "\n";
    }
  }

  void write_failures() {
    const std::vector<std::size_t> failed = failed_hooks(model_);
    for (std::size_t i = 0; i < failed.size(); ++i) {
      const HookModel& hook = model_.hooks[failed[i]];
      std::string text = failure_text(hook);
      if (const std::string output = output_text(hook); !output.empty()) text += "\n" + output;
      const std::string block = "#### " + cell(title_of(hook.id)) + "\n\n" + fenced(text) + "\n";
      constexpr std::size_t kReserve = 100'000;  // for messages and for what was left out
      if (i == kMostBlocks || out_.size() + block.size() + kReserve > kMostBytes) {
        out_ += std::to_string(failed.size() - i) + " more failures have no room here" +
                (i == kMostBlocks ? "" : ": GitHub takes 1 MiB") + ". `--report json=FILE` has them all.\n\n";
        return;
      }
      out_ += block;
    }
  }

  void write_messages() {
    std::size_t written = 0;
    for (const Message& message : model_.messages) {
      if (message.severity != Message::Severity::warning) continue;
      if (written == 0) out_ += "#### Warnings\n\n";
      if (++written > kMostMessages) {
        out_ += "- and more\n";
        return;
      }
      out_ += "- " + (message.package.empty() ? std::string() : cell(message.package) + ": ") +
              cell(message.text, 500) + "\n";
    }
  }

  const Model& model_;
  std::string out_;
};

}  // namespace

std::string github_summary(const Model& model) { return Summary(model).write(); }

}  // namespace grapnel::report
