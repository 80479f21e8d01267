// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text of a document inside a message.
#pragma once

#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"

#include <string>
#include <string_view>

namespace grapnel::workspace {

/// In single quotes, with control characters as JSON escapes, so that a message stays on its line and is not cut at a
/// NUL.
inline std::string shown(std::string_view text) {
  std::string quoted;
  hooks::base::append_json_string(quoted, hooks::base::to_utf8(text));
  quoted.front() = quoted.back() = '\'';
  return quoted;
}

}  // namespace grapnel::workspace
