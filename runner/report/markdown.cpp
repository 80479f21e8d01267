// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/markdown.hpp"

#include "runner/report/plain_text.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>

namespace grapnel::report {

namespace {

constexpr std::string_view kMissing = "…";

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string on_one_line(std::string_view text) {
  std::string line = visible_text(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace

std::string fence_around(std::string_view text, std::size_t shortest) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(longest + 1, shortest), '`');
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_[]<>#|!~&";
  std::string out;
  for (const char c : on_one_line(text)) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  const std::string line = on_one_line(text);
  const std::string fence = fence_around(line, 1);
  // One space on each side is taken away again, and parts a backtick of the text from the fence.
  const bool needs_space = line.empty() || line.front() == '`' || line.back() == '`' || line.front() == ' ';
  const std::string space = needs_space ? " " : "";
  return fence + space + line + space + fence;
}

std::string markdown_block(std::string_view text, std::size_t bytes) {
  // What makes text visible only makes it longer, so no more than that is needed.
  const std::string visible = visible_text(text.size() > bytes ? last_bytes(text, bytes) : text);
  std::string_view shown = visible;
  while (shown.ends_with('\n')) shown.remove_suffix(1);
  bool is_cut = false;
  while (!shown.empty()) {
    const std::string fence = fence_around(shown);
    const std::size_t size = (is_cut ? kMissing.size() : 0) + shown.size() + 2 * fence.size() + 3;
    if (size <= bytes) {
      return fence + "\n" + std::string(is_cut ? kMissing : "") + std::string(shown) + "\n" + fence + "\n";
    }
    // A part of it: the fence gets shorter with the text.
    shown.remove_prefix(std::min(shown.size(), std::max<std::size_t>((size - bytes) / 3, 1)));
    while (!shown.empty() && continues_character(shown.front())) shown.remove_prefix(1);
    is_cut = true;
  }
  return {};
}

}  // namespace grapnel::report
