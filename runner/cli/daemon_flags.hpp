// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The flags of `grapnel daemon`. Seen by command_line.cpp alone.
#pragma once

#include "runner/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace grapnel::cli {

/// What the flags say.
struct DaemonFlags {
  std::string source_tree;
  int protocol = 1;
  std::string python;
  double hook_timeout = 0;
  std::string log;
  std::string events;
  std::vector<std::string> reports;
};

void add_daemon(CLI::App& app, DaemonFlags& flags);

/// Throws CLI::ValidationError.
[[nodiscard]] DaemonCommand command_of(const DaemonFlags& flags);

}  // namespace grapnel::cli
