// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where programs are built.
#pragma once

#include <grapnel/events.hpp>

#include <filesystem>
#include <string>

namespace grapnel::program {

/// The paths of one package; nothing is created here.
///
/// ```
/// <own>/programs/<package>/.lock
///                         /build/      stdout.txt stderr.txt run.sh, and program or, for Dart, hook.dill
///                         /link/       the same
///                         /configure/  stdout.txt stderr.txt run.sh
///                         /cmake/      CMake's build directory, for both hooks
///                         /cmake.command  how that was configured
/// ```
struct ProgramDirectories {
  ProgramDirectories(const std::filesystem::path& own_directory, const std::string& package)
      : package_directory(own_directory / "programs" / package) {}

  std::filesystem::path package_directory;

  [[nodiscard]] std::filesystem::path lock() const { return package_directory / ".lock"; }
  [[nodiscard]] std::filesystem::path of(HookKind kind) const { return package_directory / name_of(kind); }
  [[nodiscard]] std::filesystem::path program(HookKind kind) const { return of(kind) / "program"; }
  [[nodiscard]] std::filesystem::path kernel(HookKind kind) const { return of(kind) / "hook.dill"; }
  [[nodiscard]] std::filesystem::path configure() const { return package_directory / "configure"; }
  [[nodiscard]] std::filesystem::path cmake() const { return package_directory / "cmake"; }
  [[nodiscard]] std::filesystem::path cmake_command() const { return package_directory / "cmake.command"; }
};

}  // namespace grapnel::program
