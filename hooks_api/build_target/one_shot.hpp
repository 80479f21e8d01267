// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A process for one stage.
#pragma once

#include <hooks/build_target.hpp>

#include <string>

namespace hooks::build_target {

/// Runs the stage that the file `path` describes, with a hook of its own, writes the answer to where the input says,
/// and returns the exit code of the class of the outcome; 2 where only the answer could not be written.
[[nodiscard]] int run_one_shot(const std::string& path, detail::MakeBuildHook* make);

}  // namespace hooks::build_target
