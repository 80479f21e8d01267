// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a hook prints, cut where lines end, without secrets.
#pragma once

#include "runner/base/environment.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace grapnel::engine {

/// Holds back the beginning of a line until its end has come, so that a secret is not cut in two and lines of several
/// hooks do not mix. A line that does not end soon is cut, but not within what may be the beginning of a secret. Other
/// bytes stay as they came. A value.
class OutputLines {
 public:
  /// What can be told now: whole lines, or nothing.
  [[nodiscard]] std::string add(std::string_view bytes, const Redactor& redactor) {
    begun_ += bytes;
    const std::size_t last = begun_.rfind('\n');
    if (last != begun_.npos) {
      std::string lines = redactor.redact(std::string_view(begun_).substr(0, last + 1));
      begun_.erase(0, last + 1);
      return lines;
    }
    if (begun_.size() < kLongestLine) return {};
    // A whole secret goes first; then only the end can be a part of one.
    begun_ = redactor.redact(begun_);
    if (begun_.size() <= kLongestSecret) return {};
    std::string part = begun_.substr(0, begun_.size() - kLongestSecret);
    begun_.erase(0, part.size());
    return part;
  }
  /// What is held back.
  [[nodiscard]] std::string rest(const Redactor& redactor) { return redactor.redact(std::exchange(begun_, {})); }

 private:
  static constexpr std::size_t kLongestLine = std::size_t{16} << 10U;
  static constexpr std::size_t kLongestSecret = std::size_t{4} << 10U;
  std::string begun_;
};

}  // namespace grapnel::engine
