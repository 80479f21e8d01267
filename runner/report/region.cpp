// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/region.hpp"

#include <sys/ioctl.h>

#include <algorithm>

namespace grapnel::report {

WindowSize window_size(int fd) noexcept {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

std::string Region::draw(const std::vector<Line>& lines, const WindowSize& window) {
  std::string out = erase(window);
  // Without wrapping: a character that is wider than we think must not make a second line.
  out += "\x1b[?7l";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\r\n";
    out += lines[i].text;
    cells_.push_back(lines[i].cells);
  }
  out += "\x1b[?7h";
  return out;
}

std::string Region::erase(const WindowSize& window) {
  if (cells_.empty()) return {};
  // Where the window became narrower, terminals have wrapped the lines.
  std::size_t rows = 0;
  for (const std::size_t cells : cells_) {
    rows += window.columns == 0 ? 1 : std::max<std::size_t>(1, (cells + window.columns - 1) / window.columns);
  }
  if (window.rows > 0) rows = std::min(rows, window.rows);
  cells_.clear();
  // Line by line: tmux keeps a copy of a screen that is cleared as a whole.
  std::string out = "\r\x1b[2K";
  for (std::size_t i = 1; i < rows; ++i) out += "\x1b[A\x1b[2K";
  return out;
}

}  // namespace grapnel::report
