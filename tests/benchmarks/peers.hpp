// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The whole of grapnel against ninja and cargo, as processes: nothing to do, and everything.
#pragma once

#include "tests/benchmarks/measure.hpp"

#include <filesystem>
#include <optional>

namespace bench {

/// A workspace of packages with a hook and five declared files each, all built, and a build.ninja with an edge for each
/// package and the same files as inputs.
class BuiltWorkspace {
 public:
  BuiltWorkspace(const std::filesystem::path& build, std::filesystem::path workspace, int packages);

  /// Nothing to do.
  [[nodiscard]] Milliseconds run_grapnel() const;
  [[nodiscard]] Milliseconds run_ninja() const;

  /// The largest resident set, in MiB.
  [[nodiscard]] double peak_of_grapnel() const;
  [[nodiscard]] double peak_of_ninja() const;

 private:
  std::vector<std::string> grapnel_;
  std::vector<std::string> ninja_;
  std::vector<std::string> environment_;
};

/// Nothing to do in 50 packages, against cargo with 50 build scripts. Nothing where there is no cargo.
[[nodiscard]] std::optional<Comparison> against_cargo(const std::filesystem::path& build,
                                                      const std::filesystem::path& scratch);

/// 200 prebuilt hooks that only write a valid output.json, with two jobs, against ninja over the same executables.
[[nodiscard]] Comparison cold_hooks(const std::filesystem::path& build, const std::filesystem::path& scratch);

}  // namespace bench
