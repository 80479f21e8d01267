// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What stands behind the PATH of a backend name "native:PATH".
#pragma once

#include <filesystem>

namespace grapnel::worker {

enum class NativeKind {
  executable,      ///< a program or script that can be started
  library,         ///< an ELF file that has to be loaded
  missing,         ///< nothing is there
  not_executable,  ///< a file that is no library, without permission to execute it
  not_a_file,      ///< a directory, device, …
  unreadable,      ///< it cannot be looked at
};

/// Reads the beginning of the file. A library is an ELF file of the type DYN that names no interpreter and is not
/// marked as a position-independent executable: one that is linked statically names no interpreter either.
[[nodiscard]] NativeKind native_kind(const std::filesystem::path& path);

}  // namespace grapnel::worker
