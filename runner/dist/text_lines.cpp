// SPDX-License-Identifier: BSD-3-Clause
#include "runner/dist/text_lines.hpp"

#include "runner/dist/ascii.hpp"

#include <cstddef>

namespace grapnel::dist {
namespace {

/// The length of the end of a line that `text` begins with; 0 for none.
std::size_t line_end(std::string_view text) {
  const char c = text.front();
  if (c == '\r') return text.size() > 1 && text[1] == '\n' ? 2 : 1;
  if (c == '\n' || c == '\v' || c == '\f' || (c >= '\x1c' && c <= '\x1e')) return 1;
  if (text.starts_with("\xc2\x85")) return 2;                                          // U+0085
  if (text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9")) return 3;  // U+2028, U+2029
  return 0;
}

}  // namespace

std::vector<std::string_view> python_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = line_end(text.substr(at));
    if (end == 0) {
      ++at;
      continue;
    }
    lines.push_back(text.substr(begin, at - begin));
    at += end;
    begin = at;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

bool is_one_line(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_control(text[at]) && text[at] != '\t') return false;
    // C1 too, U+0080 to U+009F.
    const bool c1 = text[at] == '\xc2' && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (c1 || line_end(text.substr(at)) > 0) return false;
  }
  return true;
}

std::string with_newlines(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r') {
      result += text[at];
      continue;
    }
    result += '\n';
    if (at + 1 < text.size() && text[at + 1] == '\n') ++at;
  }
  return result;
}

}  // namespace grapnel::dist
