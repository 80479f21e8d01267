// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A few lines at the bottom of a terminal that come and go below what stays.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace grapnel::report {

/// How large a terminal is; 0 where it does not say.
struct WindowSize {
  std::size_t columns = 0;
  std::size_t rows = 0;
  friend bool operator==(const WindowSize&, const WindowSize&) = default;
};
/// Asks the terminal behind a descriptor.
[[nodiscard]] WindowSize window_size(int fd) noexcept;

/// What is drawn now, and how to get it away again. Makes text; writes nothing. A value.
class Region {
 public:
  /// Takes the place of what is drawn. Lines have no control characters but colours, and `cells` says how wide each is;
  /// they fit into the window.
  struct Line {
    std::string text{};
    std::size_t cells = 0;
  };
  [[nodiscard]] std::string draw(const std::vector<Line>& lines, const WindowSize& window);
  /// Removes what is drawn; empty where nothing is. The cursor stands where the region began.
  [[nodiscard]] std::string erase(const WindowSize& window);
  [[nodiscard]] bool is_drawn() const noexcept { return !cells_.empty(); }

 private:
  std::vector<std::size_t> cells_;  ///< of each line that is drawn
};

}  // namespace grapnel::report
