// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Names of Python projects and of their features.
#pragma once

#include <string>
#include <string_view>

namespace grapnel::dist {

/// Letters, digits, '.', '-' and '_', with a letter or a digit at both ends; 256 bytes at most.
[[nodiscard]] bool is_project_name(std::string_view name) noexcept;

/// What is_project_name() asks for, for messages.
inline constexpr std::string_view kProjectNameRule =
    "expected letters, digits, '.', '-' and '_', with a letter or a digit at both ends";

/// PEP 503's normal form: "My.Demo__Pkg" is "my-demo-pkg". Features have the same.
[[nodiscard]] std::string normal_project_name(std::string_view name);

/// '-', '_' or '.': what separates the parts of names, and of versions too.
[[nodiscard]] constexpr bool is_separator(char c) noexcept { return c == '-' || c == '_' || c == '.'; }

/// The form in file names: "my_demo_pkg".
[[nodiscard]] std::string file_project_name(std::string_view name);

}  // namespace grapnel::dist
