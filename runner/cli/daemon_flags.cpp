// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/daemon_flags.hpp"

#include "runner/cli/hook_flags.hpp"

#include <algorithm>

namespace grapnel::cli {

void add_daemon(CLI::App& app, DaemonFlags& flags) {
  CLI::App* daemon = app.add_subcommand("daemon", "runs PEP 517 hooks for a front end that speaks hookd's lines");
  daemon->add_option("TREE", flags.source_tree,
                     "the project's source tree, in which hooks run; default: the working directory");
  daemon->add_option("--protocol", flags.protocol, "the dialect: 1, or 2, which has backend-path and fresh imports")
      ->capture_default_str()
      ->check(CLI::IsMember({1, 2}));
  daemon
      ->add_option("--python", flags.python,
                   "the interpreter of Python backends, a path or a name on PATH; default: that of VIRTUAL_ENV, else "
                   "python3")
      ->take_last();
  add_hook_timeout_flag(*daemon, flags.hook_timeout, "end a hook that runs longer, in seconds; default: never");
  daemon->add_option("--log", flags.log, "append what both sides say, and when workers come and go, to this file");
  daemon->add_option("--events", flags.events, "write what becomes of each hook to this file, as JSON Lines")
      ->group("Reports");
  add_report_flag(*daemon, flags.reports)
      ->description("KIND=PATH: a report on all hooks, written at the end; may be repeated. Kinds: " + report_kinds());
  daemon->footer(
      "Standard input and output are the conversation: READY, EXPECT action, and so on; see docs/daemon.md.\n"
      "Example, in grapnel's sources: PYTHONPATH=examples/daemon/backends grapnel daemon < examples/daemon/example.in\n"
      "Exit code: 0 after a shutdown, whatever became of the hooks; 1 TREE is no directory; 2 the log cannot be "
      "opened; 255 the front end went away, its input ended inside a request, or the daemon failed; 64 wrong command "
      "line.");
}

DaemonCommand command_of(const DaemonFlags& flags) {
  const std::vector<report::ReportRequest> reports = report_requests(flags.reports);
  const bool is_stdout_wanted = flags.events == "-" || std::any_of(reports.begin(), reports.end(),
                                                                   [](const auto& one) { return one.path == "-"; });
  if (is_stdout_wanted) {
    throw CLI::ValidationError(flags.events == "-" ? "--events" : "--report",
                               "found '-'; standard output is the conversation's, so name a file");
  }
  return {.source_tree = flags.source_tree,
          .protocol = flags.protocol == 2 ? HookdProtocol::later : HookdProtocol::seed,
          .python = flags.python,
          .hook_timeout = in_milliseconds(flags.hook_timeout),
          .log = absolute(flags.log),
          .events = absolute(flags.events).string(),
          .reports = reports};
}

}  // namespace grapnel::cli
