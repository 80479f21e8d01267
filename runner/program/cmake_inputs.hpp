// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a target of a CMake build directory was made from, as the build tool knows it: sources, what custom commands
/// depend on, libraries, and the headers that compilers read. Errors: what cannot be read is left out; the sources are
/// known from CMake.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace grapnel::program {

/// The absolute paths in the answer of `ninja -t inputs <target>`, in which names are quoted as for a shell.
[[nodiscard]] std::vector<std::filesystem::path> ninja_inputs(std::string_view answer);

/// What the answer of `ninja -t deps` lists for the objects below `object_directories`, absolute and normal.
[[nodiscard]] std::vector<std::filesystem::path> ninja_headers(
    std::string_view answer, const std::filesystem::path& build,
    const std::vector<std::filesystem::path>& object_directories);

/// The same from make's side: the absolute prerequisites in the depfiles and in the build.make of these directories.
[[nodiscard]] std::vector<std::filesystem::path> make_inputs(
    const std::vector<std::filesystem::path>& object_directories);

/// The directories, with a separator at their end, in which `file(GLOB … CONFIGURE_DEPENDS)` of the last configuration
/// looked; hidden directories below them are left out. CMake looks again whenever it builds; as long as these are
/// unchanged it would find the same.
[[nodiscard]] std::vector<std::filesystem::path> glob_directories(const std::filesystem::path& build);

/// Those of `files` that are regular files, in neither the build directory nor a directory of the system. Sorted, each
/// once.
[[nodiscard]] std::vector<std::filesystem::path> sources_among(
    std::vector<std::filesystem::path> files, const std::filesystem::path& build,
    const std::vector<std::filesystem::path>& system_directories);

}  // namespace grapnel::program
