// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether the long loops run in full.
#pragma once

#include <cstdlib>

namespace tests {

/// Where the environment has GRAPNEL_SOAK=1, as in `./dev soak`.
inline bool is_soak() {
  const char* const text = std::getenv("GRAPNEL_SOAK");
  return text != nullptr && *text == '1';
}

/// `in_full` in `./dev soak`, else `reduced`.
template <typename Number>
Number soak_or(Number in_full, Number reduced) {
  return is_soak() ? in_full : reduced;
}

}  // namespace tests
