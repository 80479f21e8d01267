// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The flags of `grapnel target`. Seen by command_line.cpp alone.
#pragma once

#include "runner/cli/hook_flags.hpp"

#include <string>
#include <vector>

namespace grapnel::cli {

/// What the flags say.
struct TargetFlags {
  HookFlags common{};  ///< tools, how to run, what is shown, reports
  std::string root{};
  std::string directory{};
  std::vector<std::string> targets{};
  bool clean = false;
  bool clean_only = false;
  bool clean_hooks_after = false;
  bool clean_hooks_on_failure = false;
  bool hooks_only = false;
  bool no_hooks = false;
  std::vector<std::string> like_hatch{};
  std::string python{};
  std::vector<std::string> config_settings{};
  bool json = false;
};

/// `is_named`: the command may be this one; without, its own commands have no flags, which nobody asks for.
void add_target(CLI::App& app, bool is_named, TargetFlags& flags);

/// The command that `given`, one of those of `grapnel target`, stands for. Throws CLI::ValidationError.
[[nodiscard]] TargetCommand command_of(const CLI::App& given, TargetFlags flags);

}  // namespace grapnel::cli
