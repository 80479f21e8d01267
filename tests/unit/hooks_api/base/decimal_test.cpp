// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/decimal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

namespace {

std::string scientific(double value) {
  const auto decimal = hooks::base::shortest_decimal(value);
  std::string text = decimal.negative ? "-" : "";
  text += decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
  text += decimal.exponent < 0 ? "e-" : "e+";
  const std::string exponent = std::to_string(std::abs(decimal.exponent));
  return text + (exponent.size() < 2 ? "0" : "") + exponent;
}

std::string expected(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return {buffer.data(), end.ptr};
}

TEST(Decimal, KnownValues) {
  EXPECT_EQ(scientific(0.1), "1e-01");
  EXPECT_EQ(scientific(-0.0), "-0e+00");
  EXPECT_EQ(scientific(1.0 / 3), "3.333333333333333e-01");
  EXPECT_EQ(scientific(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(scientific(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(Decimal, EveryPowerOfTwoIsTheStandardLibrarys) {
  for (int exponent = -1074; exponent < 1024; ++exponent) {
    const double value = std::ldexp(1.0, exponent);
    EXPECT_EQ(scientific(value), expected(value));
  }
}

TEST(Decimal, RandomValuesAreTheStandardLibrarysAndReadBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(scientific(value), expected(value));
    ASSERT_EQ(hooks::base::to_double(scientific(value)), value);
  }
}

TEST(Decimal, BeyondTheRange) {
  EXPECT_TRUE(std::isinf(hooks::base::to_double("1e400")));
  EXPECT_EQ(hooks::base::to_double("1e-400"), 0.0);
}

}  // namespace
