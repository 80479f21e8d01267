// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a workspace says about its runs, beside its packages: grapnel.toml's tables but for `packages`.
#pragma once

#include "runner/base/environment.hpp"
#include <hooks/json.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::workspace {

/// User-defines by the name of the package that gets them.
using DefinesByPackage = std::map<std::string, hooks::Json::Object, std::less<>>;

/// Defaults for the flags of `grapnel build` and `grapnel link`, named as they are. Absent: the flag's own default.
struct Defaults {
  std::optional<std::string> root_package{};
  std::optional<bool> dev_dependencies{};
  std::optional<std::string> target_os{};
  std::optional<std::string> target_arch{};
  std::optional<std::string> link_mode_preference{};  ///< one of the protocol's four
  std::optional<std::vector<std::string>> asset_types{};
  std::optional<bool> linking_enabled{};
  std::optional<std::string> sanitizer{};
  std::optional<std::int64_t> android_api{};
  std::optional<std::string> ios_sdk{};
  std::optional<std::int64_t> ios_version{};
  std::optional<std::int64_t> macos_version{};
  /// Programs: a name on PATH, or an absolute path (one that the file gave relative to its directory is made so).
  std::optional<std::string> cc{};
  std::optional<std::string> ar{};
  std::optional<std::string> ld{};
  std::optional<std::string> cxx{};
  std::optional<std::string> dart{};
};

/// What people see of runs, where neither flags nor the environment say.
struct ConsoleSettings {
  std::optional<std::string> mode{};   ///< "auto", "fancy", "plain" or "none"
  std::optional<std::string> color{};  ///< "auto", "always" or "never"
};

/// The settings of a workspace. A value; those of a workspace without grapnel.toml are the default ones.
struct Settings {
  std::filesystem::path file{};  ///< grapnel.toml, which relative paths in user-defines count from; empty without one
  /// The table `user-defines`; absent where the file has none.
  std::optional<DefinesByPackage> user_defines{};
  EnvironmentPolicy environment{};
  Defaults defaults{};
  ConsoleSettings console{};
};

}  // namespace grapnel::workspace
