// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What lies in a package's `hook/` folder under a hook's names. No processes.
#pragma once

#include "runner/workspace/workspace.hpp"
#include <grapnel/events.hpp>

#include <filesystem>
#include <optional>

namespace grapnel::program {

/// The files that can be a hook; each is absent where there is none.
struct HookFiles {
  std::optional<std::filesystem::path> executable;     ///< `build`
  std::optional<std::filesystem::path> cpp;            ///< `build.cpp`
  std::optional<std::filesystem::path> cmake_project;  ///< `CMakeLists.txt`, which may know nothing of this hook
  std::optional<std::filesystem::path> dart;           ///< `build.dart`
};

/// Looks for them; directories are none. Throws ProjectError, with what to do, for an executable without the
/// permission, a link to nothing and whatever is no regular file; SystemError where the system does not answer.
[[nodiscard]] HookFiles find_hook_files(const workspace::Package& package, HookKind kind);

}  // namespace grapnel::program
