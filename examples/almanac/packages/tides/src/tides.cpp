// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

// How strong the tide is, from 0 (neap) to 1 (spring), by the moon's age in days.
extern "C" double tide_strength(double moon_age) {
  constexpr double kHalfCycle = 29.530588 / 2;
  constexpr double kPi = 3.14159265358979323846;
  return std::abs(std::cos(kPi * moon_age / kHalfCycle));
}
