// SPDX-License-Identifier: BSD-3-Clause
#include "moon.h"

#include <math.h>

// Julian day number of a Gregorian date at 0 h.
static double julian_day(int year, int month, int day) {
  if (month <= 2) {
    year -= 1;
    month += 12;
  }
  const int century = year / 100;
  return floor(365.25 * (year + 4716)) + floor(30.6001 * (month + 1)) + day + 2 - century + century / 4 - 1524.5;
}

double moon_age(int year, int month, int day) {
  const double new_moon = 2451550.26;  // 6 January 2000, 18:14 UTC
  const double cycles = (julian_day(year, month, day) - new_moon) / MOON_CYCLE_DAYS;
  return (cycles - floor(cycles)) * MOON_CYCLE_DAYS;
}
