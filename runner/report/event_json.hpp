// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Events as JSON Lines: one object a line, in the order in which they came (docs/schema/event.schema.json).
#pragma once

#include <grapnel/events.hpp>
#include <hooks/json.hpp>

#include <string>
#include <string_view>

namespace grapnel::report {

/// Of the format of the lines. A reader takes lines of a later version as far as it knows their members.
inline constexpr int kEventsVersion = 1;

/// No line may be longer.
inline constexpr std::size_t kLongestEventLine = std::size_t{16} << 20U;

/// `event` with text that is UTF-8: bytes that are part of no character become U+FFFD. What is UTF-8 stays as it is.
[[nodiscard]] Event with_utf8_text(Event event);

/// The object of one line. HookOutput has none: throws std::invalid_argument.
[[nodiscard]] hooks::Json event_to_json(const Event& event);

/// Reads one line. Untrusted: throws std::invalid_argument that says all that is wrong with it, each with its path. A
/// line that is no longer than kLongestEventLine and is UTF-8 comes out as it went in.
[[nodiscard]] Event event_from_json(std::string_view line);

}  // namespace grapnel::report
