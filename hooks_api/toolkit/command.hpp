// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs a tool for a hook and says by an exception whose fault its failure is.
#pragma once

#include "hooks_api/base/spawn.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace hooks::toolkit {

/// A tool with its arguments.
struct Command {
  std::filesystem::path executable;
  std::vector<std::string> arguments;  ///< without the program's name
};

/// The command line as a person would type it into a shell.
[[nodiscard]] std::string describe(const Command& command);

/// Runs `command` in `directory` with the environment of this process; prints the command line to standard output, and
/// what a successful tool printed to standard error.
///
/// Throws BuildException with `what`, the command line and the tool's output where the tool refuses its input. Throws
/// InfraException where it does not start, is killed, or says that the disk is full or that a signal killed a part of
/// it.
void run_command(const Command& command, const std::filesystem::path& directory, const std::string& what);

/// run_command() in steps: what there is to start, after the command line was printed; and what its end means.
[[nodiscard]] base::SpawnRequest begin_command(const Command& command, const std::filesystem::path& directory);
void end_command(const Command& command, const std::string& what, const base::Expected<base::ToolResult>& result);

}  // namespace hooks::toolkit
