// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/pep517/python_repr.hpp"

#include "hooks_api/base/utf8.hpp"

#include <cstddef>

namespace hooks::pep517 {

namespace {

std::string hex_escape(unsigned char value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'\\', 'x', kDigits[value >> 4U], kDigits[value & 15U]};
}

// One character of UTF-8.
std::string escaped(std::string_view character, char quote) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character == "\n") return "\\n";
  if (character == "\r") return "\\r";
  if (character == "\t") return "\\t";
  if (character == "\\" || character.front() == quote) return "\\" + std::string(character);
  if (first < 0x20 || first == 0x7f) return hex_escape(first);
  if (first == 0xc2) {
    // U+0080 to U+00A0 are controls and the no-break space, U+00AD the soft hyphen: no person could see them.
    const auto second = static_cast<unsigned char>(character[1]);
    if (second <= 0xa0 || second == 0xad) return hex_escape(second);
  }
  return std::string(character);
}

}  // namespace

std::string python_repr(std::string_view text) {
  const std::string valid = base::to_utf8(text);
  const bool has_single = valid.find('\'') != std::string::npos;
  const bool has_double = valid.find('"') != std::string::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string repr(1, quote);
  for (std::string_view rest = valid; !rest.empty();) {
    const std::size_t length = base::utf8_length(rest);
    repr += escaped(rest.substr(0, length), quote);
    rest.remove_prefix(length);
  }
  return repr + quote;
}

std::string python_repr(const std::vector<std::string>& texts) {
  std::string repr = "[";
  for (const std::string& text : texts) {
    if (repr.size() > 1) repr += ", ";
    repr += python_repr(text);
  }
  return repr + "]";
}

}  // namespace hooks::pep517
