// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text of hooks as Markdown: bounded, and never taken for anything but text. Pure functions; text that comes in is
/// UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::report {

/// Backticks that `text` does not have in a row: what it stands between cannot be ended by it.
[[nodiscard]] std::string fence_around(std::string_view text, std::size_t shortest = 3);

/// `text` on one line of Markdown that shows it as it is.
[[nodiscard]] std::string markdown_text(std::string_view text);
/// `text` on one line as code.
[[nodiscard]] std::string markdown_code(std::string_view text);
/// The end of `text` as a block of code, of at most `bytes` bytes; empty where `text` is, or where that is too few.
[[nodiscard]] std::string markdown_block(std::string_view text, std::size_t bytes);

}  // namespace grapnel::report
