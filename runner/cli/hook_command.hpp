// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the commands that run hooks have in common: the runner, signals, results, the exit code.
#pragma once

#include "runner/cli/command_line.hpp"
#include "runner/luci/context.hpp"
#include <grapnel/runner.hpp>

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace grapnel::cli {

/// What a command gave, ready to be written.
struct Results {
  std::variant<BuildResult, LinkResult> result;  ///< the result document
  std::vector<hooks::EncodedAsset> assets{};     ///< of the application, for bundle and mapping
  PathList dependencies{};
};

/// What a command does with a runner.
struct RunsOf {
  std::string command;          ///< its name
  std::vector<HookKind> kinds;  ///< of the runs, in their order
  std::function<Results(Runner&, std::stop_token)> work;
};

/// Makes the runner and the sinks of the command, lets `runs` work, writes what the command asks for, and gives the
/// exit code. A canceled run does not return: the program ends by the signal. `more` is one more sink, borrowed; may be
/// null.
[[nodiscard]] int run_hooks(const HookCommand& command, const RunsOf& runs, EventSink* more = nullptr);

/// `grapnel build`, with one more sink, as in run_hooks().
[[nodiscard]] int run_build(const BuildCommand& command, EventSink* more);

/// The request for link hooks that goes with the command.
[[nodiscard]] LinkRequest link_request(const HookCommand& command);

/// The options of the runner that go with the command; `events` is borrowed. Throws ProjectError with what to do where
/// the project cannot be found.
[[nodiscard]] RunnerOptions runner_options(const HookCommand& command, EventSink& events, std::stop_token kill);

/// The exit code that the user wants for the outcome's class, or else `otherwise`.
[[nodiscard]] int exit_code_of(const ExitCodes& wanted, const Outcome& outcome, int otherwise);

/// The workspace that a command names; throws ProjectError where it names none, since none was found.
[[nodiscard]] const std::filesystem::path& workspace_of(const std::filesystem::path& named);

/// What LUCI tells this process; nothing, and a warning, where that cannot be read.
[[nodiscard]] luci::Context luci_context();

/// "grapnel: " and `text` on standard error.
void say(const std::string& text);

}  // namespace grapnel::cli
