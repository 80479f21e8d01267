// SPDX-License-Identifier: BSD-3-Clause
#ifndef MOON_H
#define MOON_H

#ifdef __cplusplus
extern "C" {
#endif

/// Days since the last new moon, 0 to 29.53, at 0 h UTC of a day of the Gregorian calendar.
double moon_age(int year, int month, int day);

#ifdef __cplusplus
}
#endif

#endif
