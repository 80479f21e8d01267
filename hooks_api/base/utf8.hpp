// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// UTF-8, as RFC 3629 has it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hooks::base {

/// The length in bytes of the character that `text` begins with; 0 where `text` is empty or begins with no valid
/// character (a stray or missing continuation byte, an overlong form, a surrogate, beyond U+10FFFF).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// How many bytes at the beginning of `text` are UTF-8.
[[nodiscard]] std::size_t utf8_prefix(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// `text` with U+FFFD in the place of each byte that is part of no character.
[[nodiscard]] std::string to_utf8(std::string_view text);

}  // namespace hooks::base
