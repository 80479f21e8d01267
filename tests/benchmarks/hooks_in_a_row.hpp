// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// An application of packages with a prebuilt hook each.
#pragma once

#include "tests/benchmarks/measure.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace bench {

/// Writes the workspace: so many packages that the application depends on, each with `hook` as its build hook.
void write_workspace(const std::filesystem::path& workspace, int packages, const std::filesystem::path& hook);

/// Runs all hooks through the library. Throws where one fails.
[[nodiscard]] Milliseconds run_with_library(const std::filesystem::path& workspace);

/// The command of each hook of a workspace that run_with_library() was called for.
[[nodiscard]] std::vector<std::vector<std::string>> hook_commands(const std::filesystem::path& workspace);

/// Removes every output.json, as the library does before it starts a hook: replacing a file costs the hook more.
void remove_outputs(const std::filesystem::path& workspace);

/// What the library gives its hooks.
[[nodiscard]] std::vector<std::string> hook_environment();

}  // namespace bench
