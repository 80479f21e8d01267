// SPDX-License-Identifier: BSD-3-Clause
// Annotations: workflow commands, a line each. GitHub takes ten of a type in a step and 4096 characters of each, so the
// most important ones come first, and the step summary has the rest.
#include "runner/report/facts.hpp"
#include "runner/report/failure.hpp"
#include "runner/report/failure_text.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/report.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace grapnel::report {

namespace {

constexpr std::size_t kMostOfAType = 10;
constexpr std::size_t kLongestMessage = 4000;  // bytes, which are never fewer than characters
constexpr std::size_t kLongestPath = 1000;

enum class Level { error, warning, notice };
constexpr std::array<std::string_view, 3> kLevelNames{"error", "warning", "notice"};

enum class Part { message, property };

// The percent sign first: what it is the beginning of must not be escaped twice.
void add_escaped(std::string& out, std::string_view text, Part part) {
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (part == Part::property && c == ':') {
      out += "%3A";
    } else if (part == Part::property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
}

struct Place {
  std::string file{};
  std::optional<std::uint32_t> line{};
  std::optional<std::uint32_t> column{};
};

class Annotations {
 public:
  void add(Level level, std::string_view title, std::string_view message, const Place& place = {}) {
    std::size_t& count = counts_.at(static_cast<std::size_t>(level));
    if (count == kMostOfAType) return;
    ++count;
    text_.append("::").append(kLevelNames.at(static_cast<std::size_t>(level)));
    const char* separator = " ";
    const auto property = [&](std::string_view name, std::string_view value) {
      text_.append(std::exchange(separator, ",")).append(name).append("=");
      add_escaped(text_, value, Part::property);
    };
    if (!place.file.empty()) {
      property("file", place.file);
      if (place.line) property("line", std::to_string(*place.line));
      if (place.line && place.column) property("col", std::to_string(*place.column));
    }
    property("title", title);
    text_ += "::";
    add_escaped(text_, first_bytes(message, kLongestMessage), Part::message);
    text_ += '\n';
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::array<std::size_t, kLevelNames.size()> counts_{};
  std::string text_;
};

// A path as the repository has it; empty for one that cannot be there.
std::string path_in(const std::string& workspace, const std::string& file) {
  if (file.empty() || file.size() > kLongestPath || plain_text(file) != file) return "";
  std::filesystem::path path = std::filesystem::path(file).lexically_normal();
  if (path.is_absolute()) {
    if (workspace.empty()) return "";
    path = path.lexically_relative(workspace);
  }
  if (path.empty() || *path.begin() == ".." || path == ".") return "";
  return path.generic_string();
}

Place place_of(const Model& model, const HookModel& hook, const ReportTarget& target) {
  constexpr int kProjectIsWrong = 25;
  if (hook.end.outcome.row == kProjectIsWrong) {
    // Not package_config.json: nobody writes that one by hand.
    if (model.command.workspace.filename() != "grapnel.toml") return {};
    return {.file = path_in(target.workspace, model.command.workspace.native())};
  }
  const auto error = first_error(tails_of(hook));
  if (!error) return {};
  // Relative paths count from the hook's package, and only the application's own is known to be where reports count
  // from.
  if (!error->file.starts_with('/') && hook.id.package != model.command.root_package) return {};
  Place place{.file = path_in(target.workspace, error->file), .line = error->line, .column = error->column};
  if (place.line == 0U) place.line.reset();
  return place;
}

std::string annotation_title(const Outcome& outcome, std::string_view of) {
  constexpr int kUnconfirmed = 12;
  std::string title;
  switch (outcome.outcome_class) {
    case OutcomeClass::success:
    case OutcomeClass::skipped:
      break;
    case OutcomeClass::build_failure:
      title = "Build failure: ";
      break;
    case OutcomeClass::infra_failure:
      title = outcome.row == kUnconfirmed ? "Infra failure, unconfirmed: " : "Infra failure: ";
      break;
    case OutcomeClass::uncategorized:
      title = outcome.dart_kind == DartKind::internal ? "Fault of grapnel: " : "Uncategorized failure: ";
      break;
    case OutcomeClass::timed_out:
      title = "Timed out: ";
      break;
    case OutcomeClass::canceled:
      title = "Canceled: ";
      break;
  }
  return title + one_line(of);
}

std::string message_of(const HookModel& hook) {
  std::string text = first_bytes(failure_text(hook), kLongestMessage / 2);
  const std::string output = output_text(hook);
  if (!output.empty()) {
    text += "\n";
    text += last_lines(output, kLongestMessage, kLongestMessage - text.size());
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

std::string github_report(const Model& model, const ReportTarget& target) {
  Annotations annotations;
  if (!model.is_complete()) {
    annotations.add(Level::error, "grapnel was cut off",
                    "The events end before the command did: it was killed, or is not over. " + summary_line(model));
  }
  for (const std::size_t place : failed_runs(model)) {
    const RunModel& run = model.runs[place];
    const bool is_cancel = run.end->outcome.outcome_class == OutcomeClass::canceled;
    annotations.add(is_cancel ? Level::notice : Level::error, annotation_title(run.end->outcome, title_of(run)),
                    failure_text(run));
  }
  std::size_t shown = 0;
  for (const std::size_t place : failed_hooks(model)) {
    const HookModel& hook = model.hooks[place];
    const bool is_cancel = hook.end.outcome.outcome_class == OutcomeClass::canceled;
    // What is not shown need not be put together: a hook's output is large.
    if (!is_cancel && ++shown > kMostOfAType) continue;
    annotations.add(is_cancel ? Level::notice : Level::error, annotation_title(hook.end.outcome, title_of(hook.id)),
                    message_of(hook), place_of(model, hook, target));
  }
  for (const HookModel& hook : model.hooks) {
    if (!hook.end.outcome.flaky) continue;
    annotations.add(Level::warning, "Flaky: " + one_line(title_of(hook.id)),
                    "It failed, then passed with the same inputs.\nattempts: " + attempts_text(hook));
  }
  for (const Message& message : model.messages) {
    if (message.severity != Message::Severity::warning) continue;
    annotations.add(Level::warning, message.package.empty() ? "grapnel" : "grapnel: " + one_line(message.package),
                    plain_text(message.text));
  }
  return std::move(annotations).text();
}

}  // namespace grapnel::report
