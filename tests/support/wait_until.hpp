// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Waiting for what another process does. Where that process can say so itself, see fifo.hpp.
#pragma once

#include <chrono>
#include <thread>

namespace tests {

/// As long as anything may take on a busy machine.
inline constexpr auto kLongEnough = std::chrono::seconds(120);

/// Whether a condition came to hold.
template <typename Condition>
[[nodiscard]] bool wait_until(Condition holds) {
  const auto end = std::chrono::steady_clock::now() + kLongEnough;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace tests
