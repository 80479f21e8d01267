// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The end of a long text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace hooks::base {

/// Keeps the last `limit` bytes of what is appended, in memory of at most twice that and one append.
class Tail {
 public:
  explicit Tail(std::size_t limit) : limit_(limit) {}

  void append(std::string_view bytes) {
    bytes_ += bytes;
    // Cut now and then, not each time.
    if (bytes_.size() > 2 * limit_) cut();
  }

  /// The bytes so far; valid until the next call.
  [[nodiscard]] std::string_view view() {
    cut();
    return bytes_;
  }

  /// Gives the bytes away.
  [[nodiscard]] std::string take() {
    cut();
    return std::exchange(bytes_, {});
  }

 private:
  void cut() { bytes_.erase(0, bytes_.size() - std::min(bytes_.size(), limit_)); }

  std::size_t limit_;
  std::string bytes_;
};

}  // namespace hooks::base
