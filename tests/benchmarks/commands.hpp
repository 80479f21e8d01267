// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Compilers, hooks and commands, measured as whole processes.
#pragma once

#include "tests/benchmarks/measure.hpp"

#include <filesystem>

namespace bench {

/// Compiles and links the hook of the README, as the runner does, against a program of four standard headers, with the
/// same flags.
[[nodiscard]] Comparison compile_hook(const std::filesystem::path& build, const std::filesystem::path& scratch);

/// Start to end of a hook with an empty callback, against an empty main that was linked in the same way.
[[nodiscard]] Comparison start_hook(const std::filesystem::path& build, const std::filesystem::path& scratch,
                                    const std::filesystem::path& input);

/// `grapnel --version` against `ninja --version`.
[[nodiscard]] Comparison print_version(const std::filesystem::path& build);

}  // namespace bench
