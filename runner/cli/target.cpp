// SPDX-License-Identifier: BSD-3-Clause
// `grapnel target`: targets with hooks in stages (docs/build-targets.md).
#include "hooks_api/base/json.hpp"
#include "runner/cli/cancel.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/hook_sinks.hpp"
#include "runner/cli/printed.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/leftovers.hpp"
#include "runner/report/cells.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"
#include "runner/target/serve.hpp"
#include <grapnel/version.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <utility>

namespace grapnel::cli {

namespace {

using Action = TargetCommand::Action;
using hooks::Json;

// Whether somebody was told of a failure: that of a hook is told with it, others are not.
class FailureWatch final : public EventSink {
 public:
  void on_event(const Event& event) override {
    const auto* const run = std::get_if<RunFinished>(&event);
    if (run != nullptr && !run->outcome.success()) is_told_ = true;
  }
  [[nodiscard]] bool is_told() const noexcept { return is_told_; }

 private:
  bool is_told_ = false;
};

struct Ended {
  Outcome outcome{};
  int exit_code = 0;
  std::string printed{};  ///< for standard output
};

Ended ended_by(Outcome outcome) {
  const int exit_code = outcome.exit_code;
  return {.outcome = std::move(outcome), .exit_code = exit_code};
}

std::string name_of(Action action) {
  switch (action) {
    case Action::build:
      return "target build";
    case Action::clean:
      return "target clean";
    case Action::hooks:
      return "target hooks";
    case Action::dependencies:
      return "target dependencies";
    case Action::serve:
      return "target serve";
  }
  return "";
}

HookKind kind_of(Action action) {
  if (action == Action::dependencies) return HookKind::dependencies;
  return action == Action::clean ? HookKind::clean : HookKind::initialize;
}

// What says how the project is built; empty where nothing does.
std::filesystem::path project_file(const std::filesystem::path& root) {
  for (const char* name : {"grapnel.toml", "pyproject.toml", "hatch.toml"}) {
    std::error_code error;
    if (std::filesystem::exists(root / name, error)) return root / name;
  }
  return {};
}

Ended built(const TargetOptions& options, const std::stop_token& stop) {
  TargetResult result = build_targets(options, stop);
  Ended ended{.outcome = std::move(result.outcome), .exit_code = result.exit_code};
  for (const Artifact& artifact : result.artifacts) ended.printed += artifact.shown_path.native() + "\n";
  return ended;
}

Ended asked(const TargetCommand& command, const TargetOptions& options, const std::stop_token& stop) {
  RequirementsResult result = target_requirements(options, stop);
  Ended ended{.outcome = std::move(result.outcome), .exit_code = result.exit_code};
  // A part of them would look like all.
  if (!ended.outcome.success()) return ended;
  if (command.json) {
    Json::Array requirements(result.requirements.begin(), result.requirements.end());
    ended.printed = hooks::base::to_pretty_json(Json::Object{{"requirements", std::move(requirements)}}) + "\n";
    return ended;
  }
  for (const std::string& requirement : result.requirements) ended.printed += requirement + "\n";
  return ended;
}

Ended worked(const TargetCommand& command, const TargetOptions& options, const std::stop_token& stop) {
  try {
    return command.action == Action::dependencies ? asked(command, options, stop) : built(options, stop);
  } catch (...) {
    return ended_by(outcome::outcome_of_current_exception());
  }
}

// The exit code; -1 where a signal ended it.
int run_and_tell(const TargetCommand& command, const CancelOnSignal& cancel, const luci::Deadline& deadline,
                 HookSinks& sinks, const FailureWatch& watch) {
  EventSink& sink = sinks.all();
  TargetOptions options = command.options;
  options.grace_period = luci::hook_grace(deadline);
  options.events = &sink;
  options.kill = cancel.kill_token();
  sink.on_event(CommandStarted{.command = name_of(command.action),
                               .version = std::string(version()),
                               .id = process::new_run_id(),
                               .workspace = project_file(options.root),
                               .jobs = 1,
                               .time_of_day = std::chrono::system_clock::now(),
                               .time = now()});
  Ended ended = worked(command, options, cancel.token());
  try {
    print(ended.printed);
  } catch (...) {
    // A build that failed has its own, earlier reason.
    if (ended.outcome.success()) ended = ended_by(outcome::outcome_of_current_exception());
  }
  if (!ended.outcome.success() && !watch.is_told()) {
    sink.on_event(RunFinished{.outcome = ended.outcome, .kind = kind_of(command.action), .time = now()});
  }
  CommandFinished finished{.outcome = ended.outcome,
                           .exit_code = exit_code_of(command.exit_codes, ended.outcome, ended.exit_code),
                           .time = now()};
  if (finished.exit_code < 0) {
    finished.signal = cancel.signal();
    finished.after_deadline = finished.signal != 0 && deadline.soft && cancel.time() >= *deadline.soft;
  }
  sink.on_event(finished);
  return finished.exit_code;
}

Json document_of(const ConfiguredHooks& configured, const std::vector<std::size_t>& places) {
  Json::Array hooks;
  for (std::size_t i = 0; i < configured.hooks.size(); ++i) {
    const ConfiguredHook& hook = configured.hooks[i];
    Json::Object object{{"chosen", hook.is_chosen}, {"name", hook.name}, {"reason", hook.reason},
                        {"target", hook.target},    {"what", hook.what}, {"where", hook.position}};
    if (hook.is_chosen) object["place"] = static_cast<std::int64_t>(places[i]);
    hooks.emplace_back(std::move(object));
  }
  return Json::Object{{"hooks", std::move(hooks)},
                      {"warnings", Json::Array(configured.warnings.begin(), configured.warnings.end())}};
}

// A text of somebody else's as a cell of a table.
std::string cell(const std::string& text) {
  std::string shown = report::visible_text(text);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return shown.empty() ? "-" : shown;
}

std::string table_of(const ConfiguredHooks& configured, const std::vector<std::size_t>& places) {
  constexpr std::size_t kColumns = 6;
  std::vector<std::array<std::string, kColumns>> rows{{"TARGET", "ORDER", "HOOK", "WHAT", "WHY", "WHERE"}};
  for (std::size_t i = 0; i < configured.hooks.size(); ++i) {
    const ConfiguredHook& hook = configured.hooks[i];
    rows.push_back({cell(hook.target), hook.is_chosen ? std::to_string(places[i]) : "no", cell(hook.name),
                    cell(hook.what), cell(hook.reason), cell(hook.position)});
  }
  std::array<std::size_t, kColumns> widths{};
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      widths.at(column) = std::max(widths.at(column), report::cells_of(std::string_view(row.at(column))));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column + 1 < kColumns; ++column) {
      const std::size_t width = report::cells_of(std::string_view(row.at(column)));
      text += row.at(column) + std::string(widths.at(column) - width + 2, ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

// Ends as its front end wants it, or by the signal.
int serve_hooks(const TargetCommand& command) {
  int signal = 0;
  int exit_code = 0;
  {
    const CancelOnSignal cancel;
    target::ServeOptions options{.build = command.options, .input = STDIN_FILENO, .output = STDOUT_FILENO};
    options.build.kill = cancel.kill_token();
    options.build.grace_period = luci::hook_grace(luci_context().deadline);
    exit_code = telling([&] { return target::serve(options, cancel.token()); });
    signal = cancel.signal();
  }
  if (signal != 0) die_by_signal(signal);
  return exit_code;
}

int show_hooks(const TargetCommand& command) {
  return telling([&] {
    const ConfiguredHooks configured = target_hooks(command.options);
    for (const std::string& warning : configured.warnings) say("warning: " + warning);
    if (!configured.outcome.success()) {
      say(report::words_for(configured.outcome.outcome_class) + ": " + configured.outcome.reason);
      return configured.outcome.exit_code;
    }
    // Among those of its target that run, from 1.
    std::vector<std::size_t> places;
    std::size_t place = 0;
    for (std::size_t i = 0; i < configured.hooks.size(); ++i) {
      if (i > 0 && configured.hooks[i].target != configured.hooks[i - 1].target) place = 0;
      places.push_back(configured.hooks[i].is_chosen ? ++place : 0);
    }
    if (command.json) {
      print_document(document_of(configured, places));
    } else if (!configured.hooks.empty()) {
      print(table_of(configured, places));
    }
    return 0;
  });
}

}  // namespace

int run(const TargetCommand& command) {
  if (command.options.no_hooks && command.options.hooks_only) {
    say("--no-hooks and --hooks-only leave nothing to do; give one of them.");
    return 1;
  }
  if (command.action == Action::hooks) return show_hooks(command);
  std::signal(SIGCHLD, SIG_DFL);  // as in run_hooks()
  std::signal(SIGPIPE, SIG_IGN);
  if (command.action == Action::serve) return serve_hooks(command);
  int exit_code = 0;
  int signal = 0;
  {
    const CancelOnSignal cancel;
    const luci::Context context = luci_context();
    FailureWatch watch;
    // Nothing for GitHub of its own accord: its annotations would be among the artifacts.
    HookSinks sinks({.terminal = command.terminal, .events = command.events, .reports = command.reports}, context,
                    &watch, cancel.token());
    exit_code = run_and_tell(command, cancel, context.deadline, sinks, watch);
    signal = cancel.signal();
  }
  if (signal != 0 && exit_code < 0) die_by_signal(signal);
  return exit_code;
}

}  // namespace grapnel::cli
