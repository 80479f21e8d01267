// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Builds the targets of a project (an sdist, a wheel, whatever a program makes) with hooks in stages around each of
/// them: what `grapnel target` does, for toolchains that embed it (spec: hatch-build-hooks; reference:
/// docs/build-targets.md).
#pragma once

#include <grapnel/events.hpp>
#include <grapnel/outcome.hpp>
#include <grapnel/runner.hpp>
#include <hooks/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hooks {
class BuildHook;  // <hooks/build_target.hpp>
}

namespace grapnel {

/// A target that is wanted.
struct WantedTarget {
  std::string name{};                   ///< "wheel", "sdist", or one that the project has a table for
  std::vector<std::string> versions{};  ///< of the target, taken literally; empty: as configured, or its default
};

/// Makes a hook that runs in this process.
using HookFactory = std::function<std::unique_ptr<hooks::BuildHook>()>;

/// What to build, and how. Relative paths count from the working directory.
struct TargetOptions {
  std::filesystem::path root{};         ///< the project's directory, absolute
  std::filesystem::path directory{};    ///< where artifacts go; empty: HATCH_BUILD_LOCATION, the project's, or "dist"
  std::vector<WantedTarget> targets{};  ///< empty: sdist, then wheel; a name twice: its versions are joined
  bool clean = false;                   ///< clean before building
  bool clean_only = false;              ///< clean, and build nothing
  bool clean_hooks_after = false;       ///< clean hooks again after each version
  /// After a failure, clean those that did initialize, in reverse.
  bool clean_hooks_on_failure = false;
  bool hooks_only = false;  ///< initialize hooks, and build nothing
  bool no_hooks = false;
  /// Improvements over Hatch that are switched off, by name (docs/build-targets.md); "all" for all of them. An unknown
  /// one is a project failure that names those that there are.
  std::vector<std::string> like_hatch{};
  /// The whole environment, NAME=VALUE. Absent: this process's. Python hooks get all of it, others what the allow-list
  /// and the project's [environment] let through, and HATCH_*, GRAPNEL_BUILD_* and SOURCE_DATE_EPOCH.
  std::optional<std::vector<std::string>> environment{};
  std::filesystem::path python{};  ///< for hooks in Python; empty: VIRTUAL_ENV's, else python3 on PATH
  Tools tools{};
  int verbosity = 0;                          ///< beside HATCH_VERBOSE and HATCH_QUIET
  hooks::Json config_settings{};              ///< of a PEP 517 front end; null without
  std::chrono::milliseconds hook_timeout{0};  ///< for each stage; 0: any time is fine
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
  bool use_cache = true;  ///< without, hooks that run once for an input run each time, and programs are built anew
  /// Hooks of this process, by name. They win over what else has the name.
  std::map<std::string, HookFactory, std::less<>> hooks{};
  EventSink* events = nullptr;  ///< borrowed
  std::stop_token kill{};       ///< ends hooks at once, without their grace period
};

/// Something that was built.
struct Artifact {
  std::string target{};
  std::string version{};
  std::filesystem::path path{};        ///< absolute
  std::filesystem::path shown_path{};  ///< as the user would name it: relative where the directory was given so
};

/// How building ended. Artifacts that were complete before a failure stay.
struct TargetResult {
  Outcome outcome{};
  int exit_code = 0;  ///< the outcome's; for a hook's abort(N) that is N
  std::vector<Artifact> artifacts{};
};

/// Builds. One target after another, in the order wanted; the first failure ends it. Throws std::invalid_argument for a
/// root that is not absolute; everything else is the result's outcome. Events: as in events.hpp; each stage of each
/// hook is a run by itself, of the hook "PROJECT TARGET:VERSION NAME".
///
/// Changes nothing process-wide; starts child processes, as Runner does. Calls for different projects may run at once.
[[nodiscard]] TargetResult build_targets(const TargetOptions& options, const std::stop_token& stop = {});

/// What the targets' hooks, and the project, need to be installed before a build.
struct RequirementsResult {
  Outcome outcome{};
  int exit_code = 0;
  std::vector<std::string> requirements{};  ///< each once, in the order of spec section 1.8
};
/// Asks. Hooks are made and asked, and nothing else happens.
[[nodiscard]] RequirementsResult target_requirements(const TargetOptions& options, const std::stop_token& stop = {});

/// A hook that the project has configured.
struct ConfiguredHook {
  std::string target{};
  std::string name{};
  std::string what{};      ///< "hook/tables.cpp, C++, one-shot", "Python plugin", "built in", …
  bool is_chosen = false;  ///< it runs
  std::string reason{};    ///< "enabled by default", "HATCH_BUILD_NO_HOOKS is set", …
  std::string position{};  ///< where its table stands: "tool.hatch.build.hooks.tables"
};
struct ConfiguredHooks {
  Outcome outcome{};
  std::vector<ConfiguredHook> hooks{};  ///< by target, in the order in which they run
  std::vector<std::string> warnings{};
};
/// Which hooks would run, in which order, and why. Starts nothing.
[[nodiscard]] ConfiguredHooks target_hooks(const TargetOptions& options);

}  // namespace grapnel
