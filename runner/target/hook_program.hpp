// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The program of a staged hook: found, and built where it is stale.
#pragma once

#include "runner/target/carrier.hpp"
#include "runner/target/surroundings.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::target {

/// A command line without the hook's own arguments.
struct HookProgram {
  std::filesystem::path executable{};
  std::vector<std::string> arguments{};  ///< argv, the program's name first
  std::string identity{};                ///< of all that it is made from, by content; empty where that is not known
};

/// A hook's program, or how building it failed.
struct ReadyHookProgram {
  StageEnd end{};
  HookProgram program{};
};

/// Builds it where what it is made from has changed. Throws ProjectError for a path or command that is none,
/// SystemError where a tool is missing.
[[nodiscard]] ReadyHookProgram ready_hook_program(const ProgramSource& source, Surroundings& surroundings);

}  // namespace grapnel::target
