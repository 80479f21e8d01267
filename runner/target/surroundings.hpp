// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What all hooks of one target share.
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include "runner/base/environment.hpp"
#include "runner/base/working_directory.hpp"
#include "runner/target/like_hatch.hpp"
#include "runner/workspace/build_project.hpp"
#include <grapnel/events.hpp>
#include <grapnel/runner.hpp>
#include <hooks/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace grapnel::target {

class Loop;

/// The environment of hooks, which earlier hooks change for later ones.
class HookEnvironment {
 public:
  /// `all`: of Python hooks; the others get what `policy` lets through, and what says how to build.
  HookEnvironment(Environment all, const EnvironmentPolicy& policy);

  [[nodiscard]] const Environment& all() const noexcept { return all_; }
  [[nodiscard]] const Environment& filtered() const noexcept { return filtered_; }
  /// Every variable that hooks have set since the beginning; nothing for one that was removed.
  [[nodiscard]] const std::map<std::string, std::optional<std::string>>& changes() const noexcept { return changes_; }

  void set(const std::string& name, const std::optional<std::string>& value);
  void apply(const hooks::build_target::EnvironmentPatch& patch);

 private:
  Environment all_;
  Environment filtered_;
  std::map<std::string, std::optional<std::string>> changes_;
};

/// Whether a variable says how to build, and so reaches every hook.
[[nodiscard]] bool says_how_to_build(std::string_view name) noexcept;

/// Lives as long as the target is built; borrowed by its hooks. On one thread.
struct Surroundings {
  Loop& loop;
  std::stop_token stop{};
  std::stop_token kill{};  ///< ends hooks at once
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
  const workspace::BuildProject& project;
  std::string target;
  /// Empty where only dependencies are asked. Absolute, but where Python's hooks are to see what Hatch gives them.
  std::filesystem::path directory;
  std::string project_name;
  std::string project_version;
  hooks::Json::Object metadata{};
  hooks::Json::Object build_config{};
  /// The files that the target ships without build data, for hooks that ask for them.
  std::function<hooks::Json()> files{};
  std::int64_t verbosity = 0;
  hooks::Json config_settings{};
  HookEnvironment& environment;
  const EnvironmentPolicy& policy;
  const Redactor& redactor;
  const LikeHatch& like_hatch;
  const Tools& tools;
  std::filesystem::path python{};
  std::chrono::milliseconds hook_timeout{0};
  bool use_cache = true;
  /// What a step of a hook (compiling, running) is told to; `command` is redacted.
  std::function<void(const std::string& what, const std::string& command)> on_step{};
  /// What it prints, as it comes.
  std::function<void(HookOutput::Stream stream, std::string_view text)> on_output{};
  std::function<void(const std::string& text)> warn{};
  std::function<void(const std::string& text)> inform{};
  /// What finalize sees of what was built; null before.
  hooks::Json result{};

  /// What Python hooks changed of the project's metadata and of the target's table, as hatchling would see it.
  hooks::Json::Object metadata_changes{};
  std::optional<hooks::Json::Object> target_config{};

  /// As the documents of hooks have it.
  [[nodiscard]] std::filesystem::path absolute_directory() const {
    return directory.empty() ? directory : (working_directory() / directory).lexically_normal();
  }

  /// `.hatch/grapnel` of the project: no target of Hatch or of ours ever ships anything from there.
  [[nodiscard]] std::filesystem::path own_directory() const { return project.root / ".hatch" / "grapnel"; }
};

}  // namespace grapnel::target
