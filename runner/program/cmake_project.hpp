// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A hook that is a CMake project.
#pragma once

#include "runner/program/step.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>

namespace grapnel::program {

/// Whether `project` (a CMakeLists.txt) has an executable target named as the hook; configures it to learn that. False
/// after a stop request. Throws ProjectError where it cannot be configured, with the end of CMake's messages and the
/// path of the rest, and where the target is no executable; SystemError for a missing tool.
[[nodiscard]] boost::asio::awaitable<bool> cmake_project_has_hook(const workspace::Package& package, HookKind kind,
                                                                  const std::filesystem::path& project,
                                                                  const StepContext& context);

/// Builds the target. REQUIRES: the lock on the package's programs is held.
[[nodiscard]] boost::asio::awaitable<Prepared> build_cmake_project(const workspace::Package& package, HookKind kind,
                                                                   const std::filesystem::path& project,
                                                                   const StepContext& context);

}  // namespace grapnel::program
