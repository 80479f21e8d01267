// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Lines of bytes that arrive in pieces. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::hookd {

struct Line {
  std::string text{};  ///< verbatim, without its newline
  /// The line was longer than is taken; `text` is its beginning.
  bool is_too_long = false;
  friend bool operator==(const Line&, const Line&) = default;
};

/// Takes lines out of bytes. Memory: the bytes that were fed and not taken, and one line; once a line is too long, its
/// bytes are dropped as they come. Time: linear, however small the pieces are. Not thread safe.
class LineReader {
 public:
  /// Of a line that is too long, so much is kept.
  static constexpr std::size_t kKeptOfTooLong = 1U << 10U;

  /// `longest`: in bytes, without the newline.
  explicit LineReader(std::size_t longest) : longest_(longest) {}

  void feed(std::string_view bytes) { bytes_ += bytes; }
  /// The next complete line; nothing where more bytes are needed.
  [[nodiscard]] std::optional<Line> next();
  /// What stands behind the last complete line, taken as if it were one; nothing where that is nothing at all.
  [[nodiscard]] std::optional<Line> unfinished();

 private:
  [[nodiscard]] Line take(std::size_t size);
  void drop(std::size_t size);

  std::size_t longest_;
  std::string bytes_;
  std::size_t begin_ = 0;           // of the next line
  std::size_t seen_ = 0;            // no newline stands in front of this
  std::optional<Line> too_long_{};  // the beginning of a line whose rest is being dropped
};

}  // namespace grapnel::hookd
