// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// CMake's file API: asks a build directory for its targets (codemodel version 2), for the files that it was configured
/// from (cmakeFiles version 1) and for the compilers (toolchains version 1, CMake 3.20).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::program {

/// Leaves the question in a build directory; the next configuration answers it. Throws SystemError.
void ask_cmake(const std::filesystem::path& build);

/// What a build directory was configured from.
struct CMakeConfiguration {
  std::vector<std::filesystem::path> files;               ///< CMake files but for CMake's own modules
  std::vector<std::filesystem::path> compilers;           ///< those that CMake found; none where it is too old to tell
  std::vector<std::filesystem::path> system_directories;  ///< where those look for headers by themselves
};

/// Of the last configuration. Throws SystemError where CMake left no answer that can be read: it is too old, or the
/// directory damaged.
[[nodiscard]] CMakeConfiguration read_cmake_configuration(const std::filesystem::path& build);

/// A target of a project.
struct CMakeTarget {
  std::string name;
  std::string type;                ///< "EXECUTABLE", "UTILITY", …
  std::filesystem::path artifact;  ///< what it makes; empty where that is no file
  /// Of the target and of all that it depends on: the sources that are not generated, and the directories of the
  /// object files.
  std::vector<std::filesystem::path> sources;
  std::vector<std::filesystem::path> object_directories;
};

/// The target `name` of the last configuration, or nothing. Throws as read_cmake_configuration().
[[nodiscard]] std::optional<CMakeTarget> find_cmake_target(const std::filesystem::path& build, const std::string& name);

}  // namespace grapnel::program
