// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Limits, for a person.
#pragma once

#include <chrono>
#include <string>

namespace grapnel {

/// "0.5 s", "90 s".
[[nodiscard]] inline std::string in_seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (const auto rest = time.count() % 1000; rest != 0) text += "." + std::to_string(1000 + rest).substr(1);
  return text + " s";
}

}  // namespace grapnel
