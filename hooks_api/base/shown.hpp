// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text of a document inside a message.
#pragma once

#include <string>
#include <string_view>

namespace hooks::base {

/// In single quotes, with control characters as JSON escapes, so that a message stays on its line and is not cut at a
/// NUL. Text that goes on for pages is cut.
[[nodiscard]] std::string shown(std::string_view text);

/// The same without quotes and never cut, for the path of a place inside a document.
[[nodiscard]] std::string shown_place(std::string_view path);

/// A key as part of such a path. One longer than 256 bytes is cut at a character boundary, with "…": a key may have
/// megabytes, and stands in the path of each fault below it.
[[nodiscard]] std::string key_in_path(std::string_view key);

}  // namespace hooks::base
