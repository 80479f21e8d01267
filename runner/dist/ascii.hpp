// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Characters, in any locale.
#pragma once

#include <string>
#include <string_view>

namespace grapnel::dist {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr bool is_letter_or_digit(char c) noexcept {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}
/// Python's str.isspace(), of ASCII.
[[nodiscard]] constexpr bool is_python_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}
/// What would end a line or hide one: C0 and DEL.
[[nodiscard]] constexpr bool is_control(char c) noexcept { return (c >= '\0' && c < ' ') || c == '\x7f'; }

[[nodiscard]] inline std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

}  // namespace grapnel::dist
