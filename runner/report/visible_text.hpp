// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What hooks print is untrusted: it must not move the cursor, ring bells or pretend to be somebody else's line.
#pragma once

#include <string>
#include <string_view>

namespace grapnel::report {

/// `text` without anything that a terminal acts on: control characters become `\xNN`, but for tabs and line feeds;
/// bytes that are no UTF-8 become U+FFFD; a carriage return before a line feed goes.
[[nodiscard]] std::string visible_text(std::string_view text);

}  // namespace grapnel::report
