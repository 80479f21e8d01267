// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/decimal.hpp"

#include <array>
#include <clocale>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace hooks::base {

namespace {

constexpr int kMaxDigits = 17;  // enough for every double

std::string text_of(const Decimal& decimal) {
  std::string text = decimal.digits;
  text.insert(1, ".");
  return text + "e" + std::to_string(decimal.exponent);
}

// The closest decimal of `count` digits. REQUIRES: `value` is not negative.
Decimal rounded(double value, int count) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*e", count - 1, value);
  const std::string_view text = buffer.data();
  const std::size_t e = text.find('e');
  Decimal decimal{.negative = false, .digits = {}, .exponent = std::atoi(text.data() + e + 1)};
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') decimal.digits += c;  // between them may stand any locale's point
  }
  return decimal;
}

// The next decimal of as many digits.
Decimal next_after(Decimal decimal) {
  std::size_t i = decimal.digits.size();
  while (i > 0 && decimal.digits[i - 1] == '9') decimal.digits[--i] = '0';
  if (i > 0) {
    ++decimal.digits[i - 1];
  } else {
    decimal.digits.front() = '1';
    ++decimal.exponent;
  }
  return decimal;
}

Decimal shortest_of_positive(double value) {
  for (int count = 1; count < kMaxDigits; ++count) {
    Decimal closest = rounded(value, count);
    if (to_double(text_of(closest)) == value) return closest;
    // Below a power of two the doubles are closer together: one on the other side may be farther and still read back.
    Decimal above = next_after(closest);
    if (to_double(text_of(above)) == value) return above;
  }
  return rounded(value, kMaxDigits);
}

}  // namespace

Decimal shortest_decimal(double value) {
  Decimal decimal = shortest_of_positive(std::fabs(value));
  decimal.negative = std::signbit(value);
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0') decimal.digits.pop_back();
  return decimal;
}

double to_double(const std::string& number) {
  static const locale_t c_locale = ::newlocale(LC_ALL_MASK, "C", nullptr);
  return ::strtod_l(number.c_str(), nullptr, c_locale);
}

}  // namespace hooks::base
