// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Templates of the hook `version`: the part of Python's str.format() that they need. Pure.
#pragma once

#include "hooks_api/base/error.hpp"

#include <string>
#include <string_view>

namespace grapnel::target {

/// A module that says it is generated, and has the version under both names that projects use.
inline constexpr std::string_view kDefaultVersionTemplate =
    "# The build wrote this file, and the next one writes it again: do not edit it,\n"
    "# and leave it out of version control.\n"
    "\n"
    "__version__ = VERSION = {version!r}\n";

/// `{version}` is the version, `{version!r}` the same as a literal of Python, `{{` and `}}` are braces. An error says
/// what else stands where.
[[nodiscard]] hooks::base::Expected<std::string> fill_template(std::string_view text, std::string_view version);

}  // namespace grapnel::target
