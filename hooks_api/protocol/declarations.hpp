// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The member `grapnel` of output.json: what else makes a hook run again. grapnel's own; Dart ignores it.
///
/// ```
/// {"recursive": ["/p/data/"], "absent": ["/p/local.toml"],
///  "tools": [{"path": "/usr/bin/cc", "version": "12.2.0"}], "environment": ["LANG"]}
/// ```
#pragma once

#include "hooks_api/protocol/reader.hpp"
#include <hooks/json.hpp>
#include <hooks/output.hpp>

#include <cstddef>
#include <string_view>

namespace hooks::protocol {

/// No list may be longer.
inline constexpr std::size_t kMaxDeclarations = 100'000;

/// Whether a variable of the environment can have that name: it is not empty and has neither '=' nor NUL.
[[nodiscard]] bool is_variable_name(std::string_view name) noexcept;

/// Every list sorted, each entry once, directories with a separator at their end: what is declared, whatever the order
/// in which that was done.
[[nodiscard]] HookOutput::Declarations canonical(HookOutput::Declarations declarations);

/// Reads the member of an output document, in canonical form; all members are optional, unknown ones are ignored.
/// Faults go to the reader's list. What is declared decides whether a hook runs again, so a wrong type is an error.
[[nodiscard]] HookOutput::Declarations read_declarations(ObjectReader& document);

/// The member, in canonical form; null where nothing is declared.
[[nodiscard]] Json declarations_to_json(const HookOutput::Declarations& declarations);

}  // namespace hooks::protocol
