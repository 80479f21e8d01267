// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text of hooks as parts of a Build: bounded, between characters, and never taken for Markdown. Pure functions; text
/// that comes in is UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::report::luci {

/// The beginning of `text` in at most `bytes` bytes, with "…" where something is missing.
[[nodiscard]] std::string head_of(std::string_view text, std::size_t bytes);
/// The end of `text` in at most `bytes` bytes, behind "…" where something is missing.
[[nodiscard]] std::string tail_of(std::string_view text, std::size_t bytes);

/// `text` on one line of Markdown that shows it as it is.
[[nodiscard]] std::string markdown_text(std::string_view text);
/// `text` on one line as code.
[[nodiscard]] std::string markdown_code(std::string_view text);
/// The end of `text` as a block of code, of at most `bytes` bytes; empty where `text` is, or where that is too few.
[[nodiscard]] std::string markdown_block(std::string_view text, std::size_t bytes);

}  // namespace grapnel::report::luci
