// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Python interpreters as workers.
#pragma once

#include "hooks_api/base/error.hpp"
#include "runner/base/environment.hpp"
#include "runner/worker/worker.hpp"

#include <filesystem>
#include <string_view>

namespace grapnel::worker {

/// Source of the program that makes a Python interpreter a worker: bootstrap.py.
extern const std::string_view kBootstrap;

/// The interpreter to use: `wanted`, searched for on PATH where it has no slash; where it is empty, the one of
/// VIRTUAL_ENV; else python3 on PATH. An error says where it was looked for.
[[nodiscard]] hooks::base::Expected<std::filesystem::path> find_python(const std::filesystem::path& wanted,
                                                                       const Environment& environment);

/// What starts `interpreter` as a worker.
[[nodiscard]] Command python_command(const std::filesystem::path& interpreter);

}  // namespace grapnel::worker
