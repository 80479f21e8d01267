// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Surroundings of hooks without a target that is built.
#pragma once

#include "runner/target/loop.hpp"
#include "runner/target/surroundings.hpp"
#include "tests/support/temporary_directory.hpp"

#include <utility>

namespace tests {

/// A project in a directory of its own, and what its hooks would share.
struct TargetSurroundings {
  explicit TargetSurroundings(grapnel::Environment variables = {}) : environment(std::move(variables), policy) {
    project.root = directory.path();
  }

  TemporaryDirectory directory;
  grapnel::target::Loop loop{{}};
  grapnel::workspace::BuildProject project;
  grapnel::EnvironmentPolicy policy;
  grapnel::target::HookEnvironment environment;
  grapnel::Redactor redactor;
  grapnel::target::LikeHatch like_hatch;
  grapnel::Tools tools;
  grapnel::target::Surroundings surroundings{.loop = loop,
                                             .project = project,
                                             .target = "wheel",
                                             .directory = directory / "dist",
                                             .project_name = "demo",
                                             .project_version = "1.0",
                                             .environment = environment,
                                             .policy = policy,
                                             .redactor = redactor,
                                             .like_hatch = like_hatch,
                                             .tools = tools};
};

}  // namespace tests
