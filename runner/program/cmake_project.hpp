// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A hook that is a CMake project.
#pragma once

#include "runner/program/step.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <vector>

namespace grapnel::program {

/// The files and tools that decide how the project in `file` is configured, as far as they are known before.
[[nodiscard]] std::vector<std::filesystem::path> project_tools(const Toolchain& toolchain,
                                                               const std::filesystem::path& file);

/// What configuring a project told.
struct ConfiguredProject {
  bool has_hook = false;  ///< it has an executable target named as the hook
  /// All that decides the answer: CMake files, tools, and a file of the build directory.
  std::vector<std::filesystem::path> looked_at{};
};

/// Configures the project in `file`, if that was not done in this run, and looks for the hook's target. Nothing after a
/// stop request. Throws ProjectError where it cannot be configured, with the end of CMake's messages and the path of
/// the rest, and where the target is no executable; SystemError for a missing tool.
[[nodiscard]] boost::asio::awaitable<std::optional<ConfiguredProject>> configure_cmake_project(
    const workspace::Package& package, HookKind kind, const std::filesystem::path& file, const StepContext& context);

/// Builds the target. The command's dependencies are the files that were read. REQUIRES: the lock on the package's
/// programs is held.
[[nodiscard]] boost::asio::awaitable<Prepared> build_cmake_project(const workspace::Package& package, HookKind kind,
                                                                   const std::filesystem::path& file,
                                                                   const StepContext& context);

}  // namespace grapnel::program
