// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// User-defines from pubspec.yaml (spec: dart-hooks, sections 2.4 and 4.4).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "runner/workspace/settings.hpp"

#include <filesystem>
#include <string_view>

namespace grapnel::workspace {

/// What stands under `hooks.user_defines` in the text of a pubspec.yaml; nothing where that is missing or null. Only
/// that part is judged, the rest may be any YAML. All faults with line, column and path; with faults, the value means
/// nothing. Bounded: text of kMaxYamlBytes, 64 levels, what aliases make of it.
[[nodiscard]] DefinesByPackage read_pubspec(std::string_view text, hooks::protocol::Faults& faults);

/// Reads the file. Throws ProjectError where it is missing, too large or has faults, SystemError where it cannot be
/// read.
[[nodiscard]] DefinesByPackage load_pubspec(const std::filesystem::path& file);

}  // namespace grapnel::workspace
