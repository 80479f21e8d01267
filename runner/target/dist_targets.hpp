// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The targets that need no program: `sdist` and `wheel`; and targets that are programs.
#pragma once

#include "runner/dist/metadata.hpp"
#include "runner/target/surroundings.hpp"
#include "runner/target/target.hpp"
#include "runner/workspace/build_options.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace grapnel::target {

/// What the built-in targets are made from. Borrowed.
struct DistParts {
  Surroundings& surroundings;
  const workspace::BuildOptions& options;
  const dist::Metadata& metadata;
  std::vector<std::filesystem::path> hook_sources;  ///< for sdists
  std::stop_token stop;
};

[[nodiscard]] std::unique_ptr<Target> sdist_target(DistParts parts);
[[nodiscard]] std::unique_ptr<Target> wheel_target(DistParts parts);

/// A target whose table has `path` or `command`: a program that is asked as a hook is. Stage clean removes what it made
/// before; stage initialize builds, and the one file of its outputs is the artifact. `versions` of its table are all
/// that it has; without, "standard".
[[nodiscard]] std::unique_ptr<Target> program_target(Surroundings& surroundings,
                                                     const workspace::BuildOptions& options);

}  // namespace grapnel::target
