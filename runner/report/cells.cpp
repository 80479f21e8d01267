// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/cells.hpp"

#include "hooks_api/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace grapnel::report {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// By first character. Blocks as a whole: a table of every character would be larger than what draws with it.
constexpr std::array kCombining{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489},  Range{0x0591, 0x05BD}, Range{0x0610, 0x061A}, Range{0x064B, 0x065F},
    Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A},  Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},
    Range{0x200B, 0x200F}, Range{0x2060, 0x2064},  Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F},
    Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF}};
constexpr std::array kWide{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23FA},  Range{0x25FD, 0x25FE},
    Range{0x2600, 0x27BF},   Range{0x2B00, 0x2BFF},   Range{0x2E80, 0x303E},  Range{0x3041, 0x4DBF},
    Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},  Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x16FE0, 0x18AFF},
    Range{0x1B000, 0x1B2FF}, Range{0x1F000, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, char32_t character) {
  const auto* const range = std::partition_point(ranges.begin(), ranges.end(),
                                                 [character](const Range& one) { return one.last < character; });
  return range != ranges.end() && range->first <= character;
}

// Of UTF-8.
char32_t decoded(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  constexpr unsigned kBits = 6;
  if (bytes.size() == 1) return at(0);
  char32_t character = at(0) & (0xFFU >> (bytes.size() + 1));
  for (std::size_t i = 1; i < bytes.size(); ++i) character = (character << kBits) | (at(i) & 0x3FU);
  return character;
}

// The next character of what is not empty; a byte that is none stands for itself.
std::string_view next(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(hooks::base::utf8_length(text), 1));
}

}  // namespace

unsigned cells_of(char32_t character) noexcept {
  if (character < 0x300) return 1;
  if (is_in(kCombining, character)) return 0;
  return is_in(kWide, character) ? 2 : 1;
}

std::size_t cells_of(std::string_view line) noexcept {
  std::size_t cells = 0;
  while (!line.empty()) {
    const std::string_view character = next(line);
    cells += cells_of(decoded(character));
    line.remove_prefix(character.size());
  }
  return cells;
}

std::string cut_to_cells(std::string_view line, std::size_t width) {
  constexpr std::string_view kEllipsis = "\u2026";
  std::size_t cells = 0;
  std::size_t fits = 0;  // bytes that leave a cell for the ellipsis
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view character = next(line.substr(at));
    cells += cells_of(decoded(character));
    at += character.size();
    if (cells < width) fits = at;
    if (cells > width) {
      if (width == 0) return {};
      std::string cut(line.substr(0, fits));
      return cut += kEllipsis;
    }
  }
  return std::string(line);
}

}  // namespace grapnel::report
