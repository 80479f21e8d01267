// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// How wide text is on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::report {

/// How many cells a character takes: 0 for those that combine with the one before, 2 for those of East Asia and emoji.
/// Where terminals differ, the larger number: a line that is too long would do more harm than one that is too short.
[[nodiscard]] unsigned cells_of(char32_t character) noexcept;

/// How many cells a line takes. It is UTF-8 without control characters.
[[nodiscard]] std::size_t cells_of(std::string_view line) noexcept;

/// The line, or its beginning with an ellipsis, in at most `width` cells.
[[nodiscard]] std::string cut_to_cells(std::string_view line, std::size_t width);

}  // namespace grapnel::report
