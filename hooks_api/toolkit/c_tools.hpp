// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Finds the compiler and the archiver for a target.
#pragma once

#include <hooks/c_builder.hpp>
#include <hooks/config.hpp>

#include <filesystem>
#include <string_view>

namespace hooks::toolkit {

/// The compiler that the application prescribes, else one on `search_path` (the value of PATH). Throws InfraException
/// that says what was looked for where there is none, or where the target is not this machine and no compiler is
/// prescribed.
[[nodiscard]] std::filesystem::path find_compiler(const CodeConfig& config, CBuilder::Language language,
                                                  std::string_view search_path);

/// The archiver; as find_compiler().
[[nodiscard]] std::filesystem::path find_archiver(const CodeConfig& config, std::string_view search_path);

}  // namespace hooks::toolkit
