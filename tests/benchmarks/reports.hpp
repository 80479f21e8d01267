// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What reports cost.
#pragma once

#include "tests/benchmarks/measure.hpp"

#include <filesystem>

namespace bench {

/// All kinds of reports of 10,000 hooks, from their recorded events.
struct ReportCosts {
  Milliseconds time;
  double peak = 0;  ///< MiB
};
[[nodiscard]] ReportCosts all_reports(const std::filesystem::path& build, const std::filesystem::path& scratch);

}  // namespace bench
