// SPDX-License-Identifier: BSD-3-Clause
// What this package is: all that a copy of this backend has to change, but for main.cpp.
#pragma once

namespace project {

inline constexpr const char* kName = "tally";
inline constexpr const char* kVersion = "1.0";
inline constexpr const char* kSummary = "Counts how often each item occurs";
inline constexpr const char* kRequiresPython = ">=3.8";

}  // namespace project
