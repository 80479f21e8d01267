// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Finds the programs and the SDK that hooks are built with. What is missing is a SystemError (ENOENT) that says what
/// was looked for, where, and what to do.
#pragma once

#include "runner/base/environment.hpp"
#include <grapnel/runner.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::program {

/// `tools.cxx`, else c++, g++ or clang++ on the environment's PATH. Absolute, as all paths here.
[[nodiscard]] std::filesystem::path find_cxx(const Tools& tools, const Environment& environment);
/// `tools.cmake`, else cmake on PATH.
[[nodiscard]] std::filesystem::path find_cmake(const Tools& tools, const Environment& environment);
/// `tools.dart`, else dart on PATH.
[[nodiscard]] std::filesystem::path find_dart(const Tools& tools, const Environment& environment);

/// How CMake's build directories are built.
struct CMakeGenerator {
  std::string name;            ///< CMake's: "Ninja" where ninja is on PATH, else "Unix Makefiles" where make is
  std::filesystem::path tool;  ///< ninja or make
};
[[nodiscard]] CMakeGenerator find_cmake_generator(const Environment& environment);

/// What a hook is compiled against.
struct Sdk {
  std::filesystem::path prefix;
  std::filesystem::path include;
  std::filesystem::path library;     ///< the archive, or the shared library where there is none
  std::filesystem::path flags_file;  ///< one argument a line
  std::vector<std::string> flags;    ///< what it says
};

/// The directory of this process's executable.
[[nodiscard]] std::filesystem::path executable_directory();

/// The SDK in `tools.sdk`, else in the prefix that `executable_directory` is the bin of, else in the build tree around
/// it
/// (`../sdk`).
[[nodiscard]] Sdk find_sdk(const Tools& tools, const std::filesystem::path& executable_directory);

/// What was found so far, so that it is looked for once.
struct FoundTools {
  std::optional<std::filesystem::path> cxx{};
  std::optional<std::filesystem::path> cmake{};
  std::optional<std::filesystem::path> dart{};
  std::optional<CMakeGenerator> generator{};
  std::optional<Sdk> sdk{};
};

}  // namespace grapnel::program
