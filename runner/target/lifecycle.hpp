// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The life of a target: the one place that knows in which order things happen (spec: hatch-build-hooks, sections 1.2
/// to 1.9).
#pragma once

#include "runner/target/staged_hook.hpp"
#include "runner/target/target.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grapnel::target {

/// What is wanted.
struct LifecycleOptions {
  bool clean = false;
  bool clean_only = false;
  bool clean_hooks_after = false;
  bool clean_hooks_on_failure = false;
  bool hooks_only = false;
  DataRules rules{};  ///< by which build data is judged after every hook
};

/// Sees what happens, before and after.
class LifecycleObserver {
 public:
  virtual ~LifecycleObserver();
  /// A stage of a hook begins; `version` is empty where it is about none or about many.
  virtual void stage_begins(const StagedHook& hook, Stage stage, const std::string& version) = 0;
  virtual void stage_ended(const StagedHook& hook, Stage stage, const std::string& version, const StageEnd& end) = 0;
  virtual void version_begins(const std::string& version) = 0;
  /// Hooks are done, and nothing is built.
  virtual void only_hooks_ran(const std::string& version) = 0;
  virtual void artifact_is_made(const std::string& version, const std::filesystem::path& artifact) = 0;
};

using Hooks = std::vector<std::unique_ptr<StagedHook>>;

/// Builds `versions` of the target, in order, with its hooks in order. The first failure ends it, and is returned; what
/// was built before stays. REQUIRES: hooks are constructed, the directory exists.
[[nodiscard]] StageEnd run_lifecycle(Target& target, const Hooks& hooks, const std::vector<std::string>& versions,
                                     const std::filesystem::path& directory, const LifecycleOptions& options,
                                     LifecycleObserver& observer);

}  // namespace grapnel::target
