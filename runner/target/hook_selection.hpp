// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which hooks a target has, in which order (spec: hatch-build-hooks, section 1.4), and what they need to be installed
/// (section 1.8, but for what hooks answer themselves). Pure.
#pragma once

#include "runner/target/variables.hpp"
#include "runner/workspace/build_options.hpp"
#include "runner/workspace/build_project.hpp"
#include <hooks/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::target {

/// A hook as its table says it.
struct SelectedHook {
  std::string name{};
  hooks::Json::Object config{};   ///< its table without the generic keys
  hooks::Json::Object options{};  ///< the generic keys: enable-by-default, dependencies, require-runtime-*, …
  workspace::Table table{};       ///< all of it
  bool is_chosen = false;
  std::string reason{};  ///< why it is chosen or not: "enabled by default"

  friend bool operator==(const SelectedHook& left, const SelectedHook& right) { return left.name == right.name; }
};

/// The hook that stands for those of grapnel.toml.
inline constexpr std::string_view kBridge = "grapnel";

/// The keys of a hook's table that mean the same for every hook.
[[nodiscard]] bool is_generic_key(std::string_view key) noexcept;

/// All hooks of the target in the order in which they run, also those that are not chosen. The hook "grapnel" stands
/// for the hooks of grapnel.toml, which otherwise come after the others. `warnings` gets sentences. Throws
/// ProjectError.
[[nodiscard]] std::vector<SelectedHook> select_hooks(const workspace::BuildProject& project, const std::string& target,
                                                     const Variables& variables, const LikeHatch& like_hatch,
                                                     std::vector<std::string>& warnings);

/// The project's own requirements, where something asks for them.
struct ProjectRequirements {
  std::function<std::vector<std::string>()> runtime{};
  /// Of a feature by its normalised name; nothing where there is none.
  std::function<std::optional<std::vector<std::string>>(const std::string& feature)> feature{};
  std::function<std::string(const std::string& feature)> normalised{};
};

/// What has to be installed before the target is built, each once, in order. Throws ProjectError.
[[nodiscard]] std::vector<std::string> static_requirements(const workspace::BuildOptions& options,
                                                           const std::vector<SelectedHook>& hooks,
                                                           const ProjectRequirements& project);

/// Adds those that are not there yet.
void add_requirements(std::vector<std::string>& to, const std::vector<std::string>& more);

/// The versions to build: `wanted` taken literally, else the configured ones without duplicates, else `defaults`, else
/// all `known`. Throws ProjectError that lists unknown ones in order.
[[nodiscard]] std::vector<std::string> select_versions(const workspace::BuildOptions& options,
                                                       const std::vector<std::string>& wanted,
                                                       const std::vector<std::string>& known,
                                                       const std::vector<std::string>& defaults);

}  // namespace grapnel::target
