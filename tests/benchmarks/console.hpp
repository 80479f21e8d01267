// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the console on a terminal costs.
#pragma once

#include "tests/benchmarks/measure.hpp"

namespace bench {

/// CPU time of a second of a run with 50 events a second, on a pseudo-terminal (getrusage, a thread that reads it
/// included); hooks print lines of 100 bytes.
[[nodiscard]] Milliseconds console_second();

}  // namespace bench
