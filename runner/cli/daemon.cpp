// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/daemon.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/cli/cancel.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/hook_sinks.hpp"
#include "runner/outcome/exception.hpp"
#include "runner/process/leftovers.hpp"
#include "runner/report/visible_text.hpp"
#include <grapnel/version.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

namespace grapnel::cli {

namespace {

Environment environment_of_process() {
  Environment environment;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    environment.emplace_back(*variable);
  }
  return environment;
}

std::filesystem::path temporary_directory(const std::filesystem::path& here) {
  const char* const named = std::getenv("TMPDIR");
  return here / (named != nullptr && *named != '\0' ? named : "/tmp");
}

std::filesystem::path this_program() {
  std::error_code error;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "/proc/self/exe" : program;
}

hookd::DaemonOptions options_of(const DaemonCommand& command) {
  const std::filesystem::path here = working_directory();
  // Without a slash at the end, as paths are shown to hooks.
  std::filesystem::path tree = command.source_tree.empty() ? here : (here / command.source_tree).lexically_normal();
  if (!tree.has_filename() && tree.has_relative_path()) tree = tree.parent_path();
  return {.source_tree = std::move(tree),
          .protocol = command.protocol,
          // A name alone is searched for on PATH.
          .python = command.python.native().find('/') == std::string::npos ? command.python : here / command.python,
          .hook_timeout = command.hook_timeout,
          .log = command.log,
          .environment = environment_of_process(),
          .temporary_directory = temporary_directory(here),
          .program = this_program()};
}

// The front end waits for READY: it is told, too.
int refuse(const std::string& kind, const std::string& text, int exit_code) {
  say(text);
  (void)hooks::base::write_all(STDOUT_FILENO, "FATAL " + kind + " " + report::visible_text(text) + "\n",
                               "standard output");
  return exit_code;
}

// The exit code; -1 where a signal ended it. `sink` may be null.
int serve(hookd::DaemonOptions options, const CancelOnSignal& cancel, EventSink* sink) {
  options.events = sink;
  options.stop = cancel.token();
  const auto tell = [&](const Event& event) {
    if (sink != nullptr) sink->on_event(event);
  };
  tell(CommandStarted{.command = "daemon",
                      .version = std::string(version()),
                      .id = process::new_run_id(),
                      .jobs = 1,
                      .time_of_day = std::chrono::system_clock::now(),
                      .time = now()});
  hookd::DaemonEnd end;
  try {
    end = hookd::serve(options);
  } catch (...) {
    end.outcome = outcome::outcome_of_current_exception();
    end.exit_code = refuse("InternalError", end.outcome.reason, end.outcome.exit_code);
  }
  tell(CommandFinished{.outcome = end.outcome,
                       .exit_code = end.exit_code,
                       .signal = end.exit_code < 0 ? cancel.signal() : 0,
                       .time = now()});
  return end.exit_code;
}

}  // namespace

int run(const DaemonCommand& command) {
  std::signal(SIGCHLD, SIG_DFL);  // as in run_hooks()
  std::signal(SIGPIPE, SIG_IGN);
  hookd::DaemonOptions options = options_of(command);
  std::error_code error;
  if (!std::filesystem::is_directory(options.source_tree, error)) {
    const std::string why = error ? error.message() : "it is no directory";
    return refuse("MissingSourceTree", "cannot use the source tree '" + options.source_tree.native() + "': " + why, 1);
  }
  int exit_code = 0;
  int signal = 0;
  {
    const CancelOnSignal cancel;
    // Nothing stands between the start and READY that nobody wants.
    std::optional<HookSinks> sinks;
    const luci::Context context = luci_context();
    const SinkRequest wanted{.events = command.events, .reports = command.reports};
    if (!command.events.empty() || !command.reports.empty() || context.result_sink) {
      sinks.emplace(wanted, context, nullptr, cancel.token());
    }
    exit_code = serve(std::move(options), cancel, sinks ? &sinks->all() : nullptr);
    signal = cancel.signal();
  }
  if (signal != 0 && exit_code < 0) die_by_signal(signal);
  return exit_code;
}

}  // namespace grapnel::cli
