// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/hook_command.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/output_file.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/cli/cancel.hpp"
#include "runner/cli/hook_sinks.hpp"
#include "runner/luci/context.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/leftovers.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/native_assets.hpp>
#include <grapnel/version.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

namespace grapnel::cli {

namespace {

Outcome& outcome_of(Results& results) {
  return std::visit([](auto& result) -> Outcome& { return result.outcome; }, results.result);
}

void write_document(const std::filesystem::path& file, const hooks::Json& document) {
  write_output_file(file, hooks::base::to_pretty_json(document) + "\n");
}

// What only a successful run gives.
void write_assets(const HookCommand& command, const Results& results) {
  if (!command.bundle.empty()) write_bundle(command.bundle, results.assets);
  if (!command.native_assets.empty()) {
    const hooks::CodeConfig& code = *command.request.code;
    write_document(command.native_assets,
                   to_json(*runtime_target(code.target_os, code.target_architecture),
                           native_assets(results.assets, command.bundle, command.native_assets.parent_path())));
  }
  if (!command.depfile.empty()) write_depfile(command.depfile, command.depfile_target, results.dependencies.paths());
}

// Calls `step`; false, and the outcome in `results`, where it throws.
template <typename Step>
bool attempt(Results& results, const std::string& what, Step step) {
  try {
    step();
    return true;
  } catch (...) {
    const Outcome outcome = outcome::outcome_of_current_exception();
    say(what + report::words_for(outcome.outcome_class) + ": " + outcome.reason);
    // A run that failed has its own, earlier reason.
    if (outcome_of(results).success()) outcome_of(results) = outcome;
    return false;
  }
}

CommandStarted started(const HookCommand& command, const RunnerOptions& options, const RunsOf& runs) {
  return {.command = runs.command,
          .version = std::string(version()),
          .id = process::new_run_id(),
          .workspace = options.package_config,
          .root_package = options.root_package,
          .jobs = command.jobs != 0 ? command.jobs : std::max(1U, std::thread::hardware_concurrency()),
          .runs = runs.kinds,
          .time_of_day = std::chrono::system_clock::now(),
          .time = now()};
}

int run_and_write(const HookCommand& command, const RunsOf& runs, const CancelOnSignal& cancel,
                  const luci::Deadline& deadline, EventSink& sink) {
  Results results;
  RunnerOptions options;
  const bool is_possible = attempt(results, "", [&] { options = runner_options(command, sink, cancel.kill_token()); });
  sink.on_event(started(command, options, runs));
  if (is_possible) {
    options.grace_period = luci::hook_grace(deadline);
    options.deadline = deadline.soft;
    attempt(results, "", [&] {
      Runner runner(std::move(options));
      results = runs.work(runner, cancel.token());
    });
  }
  if (outcome_of(results).success()) {
    attempt(results, "the assets are not written: ", [&] { write_assets(command, results); });
  }
  // Last, and always: it also says why the others are not there.
  if (!command.result.empty()) {
    attempt(results, "the result is not written: ", [&] {
      write_document(command.result, std::visit([](const auto& result) { return to_json(result); }, results.result));
    });
  }
  const Outcome& outcome = outcome_of(results);
  CommandFinished finished{
      .outcome = outcome, .exit_code = exit_code_of(command.exit_codes, outcome, outcome.exit_code), .time = now()};
  if (finished.exit_code < 0) {
    finished.signal = cancel.signal();
    finished.after_deadline = finished.signal != 0 && deadline.soft && cancel.time() >= *deadline.soft;
  }
  sink.on_event(finished);
  return finished.exit_code;
}

}  // namespace

void say(const std::string& text) {
  // Nobody is left to be told where standard error is closed.
  (void)hooks::base::write_all(STDERR_FILENO, "grapnel: " + report::visible_text(text) + "\n", "standard error");
}

int exit_code_of(const ExitCodes& wanted, const Outcome& outcome, int otherwise) {
  const auto known = wanted.find(outcome.outcome_class);
  return known != wanted.end() && outcome.exit_code >= 0 ? known->second : otherwise;
}

luci::Context luci_context() {
  auto context = luci::context_of_environment();
  if (context) return *context;
  say("warning: " + context.error() + "; it counts as absent");
  return {};
}

const std::filesystem::path& workspace_of(const std::filesystem::path& named) {
  if (!named.empty()) return named;
  throw ProjectError("there is no .dart_tool/package_config.json and no grapnel.toml with packages in '" +
                     working_directory().string() +
                     "' or above it. Get the packages first, or name the file with --workspace.");
}

RunnerOptions runner_options(const HookCommand& command, EventSink& events, std::stop_token kill) {
  const std::filesystem::path here = working_directory();
  RunnerOptions options{.package_config = workspace_of(command.workspace),
                        .root_package = command.root_package,
                        .dev_dependencies = command.dev_dependencies,
                        .tools = command.tools,
                        .pass_environment = command.pass_environment,
                        .pubspec = command.pubspec,
                        .jobs = command.jobs,
                        .keep_going = command.keep_going,
                        .aggregate = command.aggregate,
                        .retries = command.retries,
                        .hook_timeout = command.hook_timeout,
                        .silence_timeout = command.silence_timeout,
                        .use_cache = command.use_cache,
                        .force_all = command.force_all,
                        .force = command.force,
                        .kill = std::move(kill),
                        .lock_timeout = command.lock_timeout,
                        .events = &events};
  if (options.root_package.empty()) options.root_package = package_around(options.package_config, here);
  if (options.pubspec.empty() && !workspace::is_toml(options.package_config)) {
    std::filesystem::path pubspec = options.package_config.parent_path().parent_path() / "pubspec.yaml";
    std::error_code error;
    if (std::filesystem::exists(pubspec, error)) options.pubspec = std::move(pubspec);
  }
  return options;
}

LinkRequest link_request(const HookCommand& command) {
  return {.asset_types = command.request.asset_types,
          .code = command.request.code,
          .extensions = command.request.extensions,
          .user_defines = command.request.user_defines,
          .recorded_uses = command.recorded_uses,
          .compiler = command.compiler,
          .entry_points = command.entry_points};
}

int run_hooks(const HookCommand& command, const RunsOf& runs, EventSink* more) {
  std::signal(SIGCHLD, SIG_DFL);  // a parent may leave it ignored, and then nobody learns how a child ended
  std::signal(SIGPIPE, SIG_IGN);  // a closed standard error is an error of write(); children get the default back
  int exit_code = 0;
  int signal = 0;
  {
    const CancelOnSignal cancel;
    const luci::Context context = luci_context();
    const SinkRequest wanted{.terminal = command.terminal,
                             .events = command.events,
                             .reports = command.reports,
                             .is_github_wanted = command.is_github_wanted};
    HookSinks sinks(wanted, context, more, cancel.token());
    exit_code = run_and_write(command, runs, cancel, context.deadline, sinks.all());
    signal = cancel.signal();
  }
  // A signal that came after the last hook changed nothing.
  if (signal != 0 && exit_code < 0) die_by_signal(signal);
  return exit_code;
}

}  // namespace grapnel::cli
