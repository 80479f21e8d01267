// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// CMake's file API: asks a build directory for its targets (codemodel version 2) and for the files that it was
/// configured from (cmakeFiles version 1).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::program {

/// Leaves the question in a build directory; the next configuration answers it. Throws SystemError.
void ask_cmake(const std::filesystem::path& build);

/// A target of a project.
struct CMakeTarget {
  std::string type;                                ///< "EXECUTABLE", "UTILITY", …
  std::filesystem::path artifact;                  ///< what it makes; empty where that is no file
  std::vector<std::filesystem::path> sources;      ///< those that are not generated
  std::vector<std::filesystem::path> cmake_files;  ///< of the project: its CMakeLists.txt and what that includes
};

/// The target `name` of the last configuration, or nothing. Throws SystemError where CMake left no answer that can be
/// read: it is too old, or the directory damaged.
[[nodiscard]] std::optional<CMakeTarget> find_cmake_target(const std::filesystem::path& build, const std::string& name);

}  // namespace grapnel::program
