// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/plain_text.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>

namespace grapnel::report {

namespace {

constexpr char kEscape = '\x1b';
constexpr std::string_view kCut = "…";

// Not the first byte of a character.
bool is_inside(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The length of the escape sequence that `text` begins with; one that does not end is only its beginning.
std::size_t sequence_length(std::string_view text) {
  if (text.size() < 2) return 1;
  if (text[1] == '[') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte >= 0x40 && byte <= 0x7E) return i + 1;
      if (byte < 0x20 || byte > 0x7E) return i;
    }
    return text.size();
  }
  if (text[1] == ']') {
    // A title: as far as its end, which has to be near and in the same line.
    constexpr std::size_t kLongest = 1000;
    for (std::size_t i = 2; i < text.size() && i < kLongest && text[i] != '\n'; ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == kEscape) return i + (text.substr(i).starts_with("\x1b\\") ? 2 : 0);
    }
    return 2;
  }
  const auto byte = static_cast<unsigned char>(text[1]);
  return byte >= 0x20 && byte < 0x7F ? 2 : 1;
}

// Of a character beyond ASCII.
bool is_unwanted(std::string_view character) {
  if (character.size() == 2) {
    return (character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0) || character == "\u061C";
  }
  if (character.size() != 3) return false;
  // They stand here to be kept out. NOLINTBEGIN(misc-misleading-bidirectional)
  return (character >= "\u200E" && character <= "\u200F") || (character >= "\u202A" && character <= "\u202E") ||
         (character >= "\u2066" && character <= "\u2069") || character >= "\uFFFE";
  // NOLINTEND(misc-misleading-bidirectional)
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (first == kEscape) {
      length = sequence_length(text);
    } else if (first == '\r') {
      if (!text.starts_with("\r\n")) out += '\n';
    } else if (first < 0x80) {
      if (first == '\n' || first == '\t' || (first >= 0x20 && first != 0x7F)) out += text.front();
    } else {
      length = std::max<std::size_t>(hooks::base::utf8_length(text), 1);
      if (!is_unwanted(text.substr(0, length))) out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string_view last_lines(std::string_view text, std::size_t lines, std::size_t bytes) {
  std::size_t from = text.size() > bytes ? text.size() - bytes : 0;
  while (from > 0 && from < text.size() && is_inside(text[from])) ++from;
  std::size_t line_begin = text.ends_with('\n') ? text.size() - 1 : text.size();
  for (; lines > 0 && line_begin > from; --lines) {
    const std::size_t feed = text.rfind('\n', line_begin - 1);
    if (feed == std::string_view::npos || feed < from) return text.substr(from);
    line_begin = feed;
  }
  return line_begin < text.size() && line_begin >= from ? text.substr(line_begin + 1) : text.substr(from);
}

std::string first_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  if (bytes < kCut.size()) return {};
  std::size_t end = bytes - kCut.size();
  while (end > 0 && is_inside(text[end])) --end;
  return std::string(text.substr(0, end)) + std::string(kCut);
}

std::string last_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  if (bytes < kCut.size()) return {};
  std::size_t begin = text.size() - (bytes - kCut.size());
  while (begin < text.size() && is_inside(text[begin])) ++begin;
  return std::string(kCut) + std::string(text.substr(begin));
}

std::string one_line(std::string_view text, std::size_t bytes) {
  std::string out;
  for (const char c : visible_text(text.substr(0, hooks::base::utf8_prefix(text.substr(0, bytes + 4))))) {
    if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\n" : "\\t";
    } else {
      out += c;
    }
  }
  return first_bytes(out, bytes);
}

}  // namespace grapnel::report
