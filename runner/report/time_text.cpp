// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace grapnel::report {

namespace {

using std::chrono::nanoseconds;

// In units of `unit` nanoseconds, which is a multiple of a thousand or 1000 itself.
std::string fixed(nanoseconds duration, std::int64_t unit) {
  const std::int64_t count = std::max<std::int64_t>(duration.count(), 0);
  const std::string rest = std::to_string(count % unit / (unit / 1000) + 1000);
  return std::to_string(count / unit) + "." + rest.substr(1);
}

}  // namespace

std::string seconds_text(nanoseconds duration) { return fixed(duration, 1'000'000'000); }
std::string milliseconds_text(nanoseconds duration) { return fixed(duration, 1'000'000); }
std::string microseconds_text(nanoseconds duration) { return fixed(duration, 1'000); }

std::string duration_words(nanoseconds duration) {
  const std::int64_t milliseconds = std::max<std::int64_t>(duration.count(), 0) / 1'000'000;
  if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
  const std::int64_t seconds = milliseconds / 1000;
  if (seconds < 60) return std::to_string(seconds) + "." + std::to_string(milliseconds / 100 % 10) + " s";
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + " min " + std::to_string(seconds % 60) + " s";
  return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

std::string time_text(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto microsecond = floor<microseconds>(time);
  const auto day = floor<days>(microsecond);
  const year_month_day date(day);
  const std::int64_t rest = (microsecond - day).count();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(rest / 3'600'000'000), static_cast<int>(rest / 60'000'000 % 60),
                static_cast<int>(rest / 1'000'000 % 60), static_cast<int>(rest % 1'000'000));
  return text.data();
}

}  // namespace grapnel::report
