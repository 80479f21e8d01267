// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The tools of a toolchain, each looked for once in a run. Errors: as tools.hpp's.
#pragma once

#include "runner/program/program.hpp"
#include "runner/program/tools.hpp"

#include <filesystem>

namespace grapnel::program {

[[nodiscard]] const std::filesystem::path& cxx_of(const Toolchain& toolchain);
[[nodiscard]] const std::filesystem::path& cmake_of(const Toolchain& toolchain);
[[nodiscard]] const std::filesystem::path& dart_of(const Toolchain& toolchain);
[[nodiscard]] const CMakeGenerator& cmake_generator_of(const Toolchain& toolchain);
[[nodiscard]] const Sdk& sdk_of(const Toolchain& toolchain);

}  // namespace grapnel::program
