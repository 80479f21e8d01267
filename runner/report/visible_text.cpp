// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/visible_text.hpp"

#include "hooks_api/base/utf8.hpp"

namespace grapnel::report {

namespace {

// C0, DEL, and C1 (U+0080 to U+009F, which UTF-8 begins with C2).
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

// Characters that reorder the text around them: a line could read as something else than what it is.
bool is_bidirectional(std::string_view character) {
  // They stand here to be kept out. NOLINTBEGIN(misc-misleading-bidirectional)
  return character == "\u061C" || (character >= "\u200E" && character <= "\u200F") ||
         (character >= "\u202A" && character <= "\u202E") || (character >= "\u2066" && character <= "\u2069");
  // NOLINTEND(misc-misleading-bidirectional)
}

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
}

}  // namespace

std::string visible_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = hooks::base::utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length == 0) {
      out += "\uFFFD";
    } else if (character == "\r" && text.starts_with('\n')) {
      continue;
    } else if ((is_control(character) && character != "\n" && character != "\t") ||
               (length == 3 && is_bidirectional(character)) || character == "\u061C") {
      append_escaped(out, character);
    } else {
      out += character;
    }
  }
  return out;
}

}  // namespace grapnel::report
