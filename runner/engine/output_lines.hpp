// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a hook prints, cut where lines end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace grapnel::engine {

/// Holds back the beginning of a line until its end has come, so that a secret is not cut in two and lines of several
/// hooks do not mix. A line that does not end soon is cut. A value.
class OutputLines {
 public:
  /// What can be told now: whole lines, or nothing.
  [[nodiscard]] std::string add(std::string_view bytes) {
    const std::size_t last = bytes.rfind('\n');
    if (last == bytes.npos) {
      begun_ += bytes;
      return begun_.size() < kLongestLine ? std::string() : rest();
    }
    std::string lines = rest();
    lines += bytes.substr(0, last + 1);
    begun_ = bytes.substr(last + 1);
    return lines;
  }
  /// What is held back.
  [[nodiscard]] std::string rest() { return std::exchange(begun_, {}); }

 private:
  static constexpr std::size_t kLongestLine = std::size_t{16} << 10U;
  std::string begun_;
};

}  // namespace grapnel::engine
