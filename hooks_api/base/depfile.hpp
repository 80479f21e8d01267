// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The files that a compiler read, as it lists them for make.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hooks::base {

/// The prerequisites of all rules in the output of -MMD and the like, in their order, escapes undone. Understands what
/// make does: `\ `, `\:`, `\#`, `$$`, backslashes before a space or an escaped colon doubled, lines continued by a
/// backslash.
[[nodiscard]] std::vector<std::string> depfile_prerequisites(std::string_view text);

}  // namespace hooks::base
