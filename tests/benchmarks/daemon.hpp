// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a request to the daemon costs.
#pragma once

#include "tests/benchmarks/measure.hpp"

#include <filesystem>

namespace bench {

/// Each request runs the same small Python hook and is answered with OK.
struct DaemonCosts {
  Milliseconds in_one_write;  ///< one request to a warm daemon, its lines in one write
  Milliseconds waiting;       ///< the same by a client that waits for each EXPECT
  Milliseconds function;      ///< the hook's function, called by Python itself
  Comparison ready;           ///< start of the daemon to READY; /bin/true
  Comparison first_ok;        ///< start of the daemon to the first OK; a fresh interpreter that calls the hook
  double grown = 0;           ///< MiB that daemon and worker have more after 10,000 requests than after 100
};

/// `build` is the build directory; files are made in `scratch`.
[[nodiscard]] DaemonCosts daemon_costs(const std::filesystem::path& build, const std::filesystem::path& scratch);

}  // namespace bench
