// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Fields within texts of pyproject.toml, as Hatch has them: "{root:uri}".
#pragma once

#include "hooks_api/base/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace grapnel::dist {

/// Replaces {root} and {home}, each maybe with :parent once or several times and then :uri or :real; {env:NAME} and
/// {env:NAME:otherwise}, whose last part may hold fields; {/} and {;}. Doubled braces stand for themselves. An error
/// for anything else in braces, for a variable that is not set and for fields within fields beyond 10 levels.
[[nodiscard]] hooks::base::Expected<std::string> with_context_fields(std::string_view text,
                                                                     const std::filesystem::path& root);

}  // namespace grapnel::dist
