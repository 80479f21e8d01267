// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs tools at once that do not need each other, as a client of the jobserver that MAKEFLAGS names.
#pragma once

#include "hooks_api/toolkit/command.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hooks::toolkit {

/// A command, and what to say where it fails.
struct Step {
  Command command;
  std::string what;
};

/// Runs all steps in `directory`, as run_command() does: one always, more as far as the jobserver has tokens; where
/// there is none that can be used, one after another. Command lines and output are printed in the order of `steps`, and
/// `succeeded` is called in it with the number of each.
///
/// After a failure, or an exception from `succeeded`, nothing is started any more, what runs ends, and the first
/// failure in the order of `steps` is thrown: the same one as if they ran one after another. All tokens go back.
void run_steps(const std::vector<Step>& steps, const std::filesystem::path& directory,
               const std::function<void(std::size_t)>& succeeded);

}  // namespace hooks::toolkit
