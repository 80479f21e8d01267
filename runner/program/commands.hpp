// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The command lines that build programs, and what is known about what they read. Pure but for reading depfiles.
#pragma once

#include "runner/program/tools.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::program {

/// What a compiler or linker writes, to be renamed when it is complete: `<file>.new`.
[[nodiscard]] std::filesystem::path unfinished(const std::filesystem::path& file);
/// Where the files that it read are listed: `<file>.d`.
[[nodiscard]] std::filesystem::path depfile_of(const std::filesystem::path& file);

/// Compiles and links `source` to the unfinished `program`, with its depfile.
[[nodiscard]] std::vector<std::string> cpp_arguments(const std::filesystem::path& cxx, const Sdk& sdk,
                                                     const std::filesystem::path& source,
                                                     const std::filesystem::path& program);

/// Step A of Dart's protocol (spec: dart-hooks, section 1.2), argument for argument, to the unfinished `kernel`.
[[nodiscard]] std::vector<std::string> dart_compile_arguments(const std::filesystem::path& dart,
                                                              const std::filesystem::path& package_config,
                                                              const std::filesystem::path& source,
                                                              const std::filesystem::path& kernel);

/// Step B, up to the hook's own arguments.
[[nodiscard]] std::vector<std::string> dart_run_arguments(const std::filesystem::path& dart,
                                                          const std::filesystem::path& package_config,
                                                          const std::filesystem::path& kernel);

/// Configures the project in `source` in the directory `build`. The options are left out where they are empty.
[[nodiscard]] std::vector<std::string> cmake_configure_arguments(
    const std::filesystem::path& cmake, const std::filesystem::path& source, const std::filesystem::path& build,
    const std::string& generator, const std::filesystem::path& prefix, const std::filesystem::path& cxx);

[[nodiscard]] std::vector<std::string> cmake_build_arguments(const std::filesystem::path& cmake,
                                                             const std::filesystem::path& build,
                                                             const std::string& target);

/// What a depfile names, absolute and normal; relative names count from `directory`. Empty where it cannot be read:
/// the caller knows the source anyway.
[[nodiscard]] std::vector<std::filesystem::path> depfile_dependencies(const std::filesystem::path& depfile,
                                                                      const std::filesystem::path& directory);

}  // namespace grapnel::program
