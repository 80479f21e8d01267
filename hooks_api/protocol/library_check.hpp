// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether a library was built for the application's target (spec: dart-hooks, section 6.4).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/config.hpp>

#include <filesystem>
#include <string>

namespace hooks::protocol {

/// Looks into the header of `file`, an existing regular file. A fault at `path`: another architecture than the
/// target's, or a fat Mach-O of several. Warnings: a header that is not recognised, a machine that is not one of
/// Dart's, another platform (iOS device, simulator, macOS), an own name (soname) that is not the file's. Nothing for
/// targets whose format is not known.
void check_library(const std::filesystem::path& file, const CodeConfig& target, const std::string& path, Faults& faults,
                   Faults& warnings);

}  // namespace hooks::protocol
