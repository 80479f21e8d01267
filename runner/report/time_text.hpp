// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Times as text, never in exponent form and the same under every locale.
#pragma once

#include <chrono>
#include <string>

namespace grapnel::report {

/// Seconds with three digits after the point: "12.034". Negative durations are 0: a report has no use for a clock that
/// ran backwards.
[[nodiscard]] std::string seconds_text(std::chrono::nanoseconds duration);
/// Milliseconds with three digits after the point.
[[nodiscard]] std::string milliseconds_text(std::chrono::nanoseconds duration);
/// Microseconds with three digits after the point.
[[nodiscard]] std::string microseconds_text(std::chrono::nanoseconds duration);
/// For people: "38 ms", "4.2 s", "3 min 12 s", "1 h 2 min".
[[nodiscard]] std::string duration_words(std::chrono::nanoseconds duration);
/// RFC 3339 in UTC with microseconds: "2026-11-22T10:00:00.250007Z".
[[nodiscard]] std::string time_text(std::chrono::system_clock::time_point time);

}  // namespace grapnel::report
