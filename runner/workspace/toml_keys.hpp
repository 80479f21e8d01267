// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What has to be known of the keys of a TOML text before a parser may have it.
#pragma once

#include "hooks_api/protocol/fault.hpp"

#include <optional>
#include <string_view>

namespace grapnel::workspace {

/// Dotted keys and table headers make tables within tables that toml++ counts no levels of; so a short text could make
/// a tree that nothing can walk. Gives the fault of the first key with too many parts.
///
/// Follows strings and comments only as far as that takes. Where it loses its way, the text is no TOML.
[[nodiscard]] std::optional<hooks::protocol::Fault> find_deep_key(std::string_view text);

}  // namespace grapnel::workspace
