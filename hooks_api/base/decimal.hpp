// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Doubles as decimal digits and back. std::to_chars and std::from_chars do the same, but need libm, and a hook would
/// load it at each of its starts.
#pragma once

#include <string>
#include <string_view>

namespace hooks::base {

/// A number as d.ddd × 10^exponent.
struct Decimal {
  bool negative;
  std::string digits;  ///< at least one; no zeros at the end
  int exponent;
};

/// The shortest digits that read back as `value`; of those the closest. REQUIRES: finite.
[[nodiscard]] Decimal shortest_decimal(double value);

/// The double that is closest to a number in JSON's syntax; infinite beyond the range. In any locale.
[[nodiscard]] double to_double(const std::string& number);

}  // namespace hooks::base
