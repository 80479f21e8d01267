// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The user-defines of a run, from all places where an author can set them.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "runner/engine/event_stream.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/runner.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::engine {

/// What hooks get (spec: dart-hooks, section 2.4). Of a key that is set in several places, the request's value counts,
/// then grapnel.toml's, then pubspec.yaml's. The wire has one base path for a package: pubspec.yaml where it has
/// defines for the package, else grapnel.toml, else the request's.
class RunDefines {
 public:
  /// Reads `pubspec`, unless it is empty. Throws what workspace::load_pubspec() throws.
  RunDefines(const std::optional<UserDefines>& requested, const std::filesystem::path& pubspec,
             const workspace::Settings& settings);

  /// Warns about names that no package of the workspace has: most often misspelt ones.
  void warn_about_unknown_packages(const workspace::Workspace& workspace, EventStream& events) const;

  /// Puts a package's own into its input.
  void add_to(hooks::protocol::InputFields& input, const std::string& package) const;

  /// Whether hooks are told of user-defines, be there none for their package.
  [[nodiscard]] bool are_given() const noexcept { return given_; }
  /// A package's own; null where it has none.
  [[nodiscard]] const hooks::protocol::InputFields::Defines* find(const std::string& package) const;

  /// The files that they come from, without grapnel.toml, which is one of the workspace's. The request's is among them
  /// where it exists: a missing file would make every build run again.
  [[nodiscard]] const std::vector<std::filesystem::path>& files() const noexcept { return files_; }

 private:
  void add(const std::filesystem::path& base_path, const workspace::DefinesByPackage& packages);

  bool given_ = false;
  std::map<std::string, hooks::protocol::InputFields::Defines, std::less<>> packages_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace grapnel::engine
