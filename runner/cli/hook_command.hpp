// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the commands that run hooks have in common: the runner, signals, results, the exit code.
#pragma once

#include "runner/cli/command_line.hpp"
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

/// Makes the runner, calls `work`, writes what the command asks for, and gives the exit code. A canceled run does not
/// return: the program ends by the signal.
[[nodiscard]] int run_hooks(const HookCommand& command, const std::function<Results(Runner&, std::stop_token)>& work);

/// The request for link hooks that goes with the command.
[[nodiscard]] LinkRequest link_request(const HookCommand& command);

/// "grapnel: " and `text` on standard error.
void say(const std::string& text);

}  // namespace grapnel::cli
