// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Waiting until files have come to rest.
#pragma once

#include <chrono>
#include <ctime>
#include <thread>

namespace tests {

/// Until a later touch of what was written so far would leave another stamp. By the clock of the stamps, which on a
/// busy machine may be behind the one that a sleep goes by.
inline void rest() {
  const auto stamps_now = [] {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  constexpr auto kEnough = std::chrono::milliseconds(30);
  for (const auto begin = stamps_now(); stamps_now() < begin + kEnough;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace tests
