// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One project that is built: what all its targets share, and the making of each.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/dist/metadata.hpp"
#include "runner/target/hook_factory.hpp"
#include "runner/target/hook_selection.hpp"
#include "runner/target/like_hatch.hpp"
#include "runner/target/surroundings.hpp"
#include "runner/target/target.hpp"
#include "runner/workspace/build_options.hpp"
#include "runner/workspace/build_project.hpp"
#include <grapnel/build_target.hpp>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::target {

/// Reads the project. Borrows the options. Throws ProjectError and SystemError. On one thread.
class ProjectBuild {
 public:
  ProjectBuild(const TargetOptions& options, std::stop_token stop);
  ProjectBuild(const ProjectBuild&) = delete;
  ProjectBuild& operator=(const ProjectBuild&) = delete;
  ~ProjectBuild();

  const TargetOptions& options;

  workspace::BuildProject project;
  const LikeHatch like_hatch;
  Environment environment_of_build;  ///< all of it
  Variables variables;
  const dist::Metadata metadata;
  EnvironmentPolicy policy;
  Redactor redactor;
  std::stop_token stop;
  std::unique_ptr<Loop> loop;

  /// The wanted targets, each once. Throws ProjectError for a name that there is none of, with those that there are.
  [[nodiscard]] std::vector<WantedTarget> wanted() const;

  /// The directory for a target's artifacts, as the user would name it. Nothing is made.
  [[nodiscard]] std::filesystem::path directory_of(const workspace::BuildOptions& target) const;

  [[nodiscard]] int verbosity() const { return options.verbosity + variables.verbosity(); }
  [[nodiscard]] ProjectRequirements requirements() const;
};

/// One target on its way. Made for each; borrows the project.
class TargetBuild {
 public:
  enum class Purpose { build, dependencies };
  /// Throws for options with faults. `directory` is made, but for dependencies.
  TargetBuild(ProjectBuild& build, const std::string& name, Purpose purpose);
  TargetBuild(const TargetBuild&) = delete;
  TargetBuild& operator=(const TargetBuild&) = delete;
  ~TargetBuild();

  workspace::BuildOptions options;
  std::filesystem::path shown_directory;
  std::vector<std::string> warnings{};
  std::vector<SelectedHook> hooks;
  HookEnvironment environment;
  Surroundings surroundings;
  HookMaker maker;
  std::unique_ptr<Target> target;

  /// Its hooks that run, in order; not constructed.
  [[nodiscard]] std::vector<std::unique_ptr<StagedHook>> make_hooks();
};

/// How build data is judged.
[[nodiscard]] DataRules rules_of(const LikeHatch& like_hatch);

/// The target of that name. Borrows all.
[[nodiscard]] std::unique_ptr<Target> make_target(ProjectBuild& build, TargetBuild& target, const std::string& name);

/// The names that make_target() knows for this project, sorted.
[[nodiscard]] std::vector<std::string> target_names(const workspace::BuildProject& project);

}  // namespace grapnel::target
