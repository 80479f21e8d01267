// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What hooks print, as the reports quote it: text alone, and no more of it than somebody reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::report {

/// `text` without escape sequences (colours, titles) and other control characters, U+FFFE, U+FFFF, and characters that
/// reorder the text around them. Lines end with a line feed; a lone carriage return ends one too. REQUIRES: UTF-8.
[[nodiscard]] std::string plain_text(std::string_view text);

/// The last `lines` lines of a text and at most `bytes` of it; what is cut away ends between characters. A view into
/// it.
[[nodiscard]] std::string_view last_lines(std::string_view text, std::size_t lines, std::size_t bytes);

/// The beginning of a text, at most `bytes` of it, cut between characters, with "…" (3 of the bytes) where it was cut;
/// nothing where there is no room for that. REQUIRES: UTF-8.
[[nodiscard]] std::string first_bytes(std::string_view text, std::size_t bytes);
/// The same of the end, behind "…" where it was cut.
[[nodiscard]] std::string last_bytes(std::string_view text, std::size_t bytes);

/// A name or a path as one visible line: control characters as \xNN, line feeds and tabs as \n and \t, at most `bytes`.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t bytes = 200);

}  // namespace grapnel::report
