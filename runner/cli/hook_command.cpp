// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/hook_command.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "runner/cli/cancel.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/report/terminal.hpp"
#include "runner/report/visible_text.hpp"
#include <grapnel/native_assets.hpp>

#include <unistd.h>

#include <csignal>
#include <exception>
#include <stdexcept>
#include <system_error>

namespace grapnel::cli {

namespace {

// Throws std::invalid_argument with what to do where the project cannot be found.
RunnerOptions options_for(const HookCommand& command, EventSink& events) {
  RunnerOptions options{.package_config = command.package_config,
                        .root_package = command.root_package,
                        .dev_dependencies = command.dev_dependencies,
                        .tools = command.tools,
                        .events = &events};
  const std::filesystem::path here = std::filesystem::current_path();
  if (options.package_config.empty()) {
    options.package_config = find_package_config(here);
    if (options.package_config.empty()) {
      throw std::invalid_argument("there is no .dart_tool/package_config.json in '" + here.string() +
                                  "' or above it. Get the packages first, or name the file with --package-config.");
    }
  }
  if (options.root_package.empty()) options.root_package = package_around(options.package_config, here);
  return options;
}

std::filesystem::path depfile_target(const HookCommand& command) {
  if (!command.result.empty()) return command.result;
  return command.bundle.empty() ? command.depfile : command.bundle / "assets.json";
}

// Throws std::system_error.
void publish(const std::filesystem::path& file, const hooks::Json& document) {
  const auto written = hooks::base::publish_file(file, hooks::base::to_pretty_json(document) + "\n");
  if (!written) throw std::system_error(written.error().error_number, std::generic_category(), written.error().message);
}

// The result document also says why there are no other results. Throws std::system_error and std::invalid_argument.
void write(const HookCommand& command, const Results& results) {
  if (results.outcome.success()) {
    if (!command.bundle.empty()) write_bundle(command.bundle, results.assets);
    if (!command.native_assets.empty()) {
      const hooks::CodeConfig& code = *command.request.code;
      publish(command.native_assets,
              to_json(*runtime_target(code.target_os, code.target_architecture),
                      native_assets(results.assets, command.bundle, command.native_assets.parent_path())));
    }
    if (!command.depfile.empty()) write_depfile(command.depfile, depfile_target(command), results.dependencies);
  }
  if (!command.result.empty()) publish(command.result, results.document);
}

// Exit code where results cannot be written: the run's own where it failed.
int failed_to_write(const Outcome& run, const Outcome& writing) {
  say("the hooks' results are not written: " + writing.reason);
  return run.success() ? writing.exit_code : run.exit_code;
}

int run_and_write(const HookCommand& command, const std::function<Results(Runner&, std::stop_token)>& work,
                  const CancelOnSignal& cancel) {
  report::Terminal terminal(STDERR_FILENO, command.verbosity);
  Results results;
  try {
    Runner runner(options_for(command, terminal));
    results = work(runner, cancel.token());
  } catch (const std::invalid_argument& error) {
    const Outcome outcome = outcome::project_failure(error.what());
    say(report::words_for(outcome.outcome_class) + ": " + outcome.reason);
    return outcome.exit_code;
  }
  try {
    write(command, results);
  } catch (const std::invalid_argument& error) {
    return failed_to_write(results.outcome, outcome::project_failure(error.what()));
  } catch (const std::system_error& error) {
    return failed_to_write(results.outcome, outcome::system_failure(error.code().value(), error.what()));
  }
  return results.outcome.exit_code;
}

}  // namespace

void say(const std::string& text) {
  // Nobody is left to be told where standard error is closed.
  (void)hooks::base::write_all(STDERR_FILENO, "grapnel: " + report::visible_text(text) + "\n", "standard error");
}

LinkRequest link_request(const HookCommand& command) {
  return {.asset_types = command.request.asset_types,
          .code = command.request.code,
          .extensions = command.request.extensions,
          .recorded_uses = command.recorded_uses,
          .compiler = command.compiler,
          .entry_points = command.entry_points};
}

int run_hooks(const HookCommand& command, const std::function<Results(Runner&, std::stop_token)>& work) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed standard error is an error of write(); children get the default back
  int exit_code = 0;
  int signal = 0;
  {
    const CancelOnSignal cancel;
    exit_code = run_and_write(command, work, cancel);
    signal = cancel.signal();
  }
  // A signal that came after the last hook changed nothing.
  if (signal != 0 && exit_code < 0) die_by_signal(signal);
  return exit_code;
}

}  // namespace grapnel::cli
