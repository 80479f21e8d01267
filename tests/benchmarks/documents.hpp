// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What reading documents and planning cost.
#pragma once

#include "tests/benchmarks/measure.hpp"

namespace bench {

/// Reading and judging an output.json of 1 MB, against RapidJSON's own parse of it with the same flags.
[[nodiscard]] Comparison read_large_output();

/// Planning 10,000 packages with 40,000 dependencies, against 1,000 with 4,000.
[[nodiscard]] Comparison plan_large_graph();

}  // namespace bench
