// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The build of a wheel with its hooks, as whole processes.
#pragma once

#include "tests/benchmarks/measure.hpp"

#include <filesystem>
#include <optional>

namespace bench {

/// `grapnel target build -t wheel` with 2,000 files of 1 KiB and two staged hooks that do nothing, prebuilt from C++,
/// against hatchling with the same files and two plugins that do nothing. Nothing where Python has no hatchling.
[[nodiscard]] std::optional<Comparison> against_hatchling(const std::filesystem::path& build,
                                                          const std::filesystem::path& scratch);

}  // namespace bench
