// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The packages of an application, from package_config.json and package_graph.json (spec: dart-hooks, section 4) or
/// from grapnel.toml.
#pragma once

#include "runner/base/graph.hpp"
#include "runner/workspace/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::workspace {

/// One package.
struct Package {
  std::string name;
  std::filesystem::path root;  ///< absolute, without a separator at its end; empty where a fault says why
};

/// What is wrong with a package, and matters only where the package is needed.
struct PackageFault {
  Node package;         ///< its position
  bool of_dev = false;  ///< of its dev dependencies: matters only where these count
  std::string message;  ///< complete
};

/// Where a workspace keeps what.
struct Places {
  std::filesystem::path file;             ///< absolute: package_config.json or grapnel.toml
  std::filesystem::path package_config;   ///< the same where it is package_config.json; else empty: there is no Dart
  std::filesystem::path directory;        ///< the workspace root: of `.dart_tool`, or of grapnel.toml
  std::filesystem::path state_directory;  ///< of hook runs: `.dart_tool/hooks_runner` or `.grapnel/hooks_runner`
  std::filesystem::path own_directory;    ///< of what only we keep: `.grapnel` in Dart's state directory or in the root
};

/// The places of the workspace that `file` describes. Reads nothing. Throws SystemError where the working directory,
/// from which a relative path counts, is gone.
[[nodiscard]] Places places_of(const std::filesystem::path& file);

/// The packages of an application. Immutable.
struct Workspace : Places {
  std::vector<std::filesystem::path> files{};  ///< all that it was read from
  std::vector<Package> packages{};             ///< sorted by name
  Graph dependencies{};  ///< between positions in `packages`, so successors are in the order of names
  Graph dev_dependencies{};
  std::vector<PackageFault> faults{};  ///< sorted by package
  Settings settings{};

  /// The position of a package of this workspace.
  [[nodiscard]] Node position_of(const Package& package) const noexcept;
  [[nodiscard]] const Package* find(std::string_view name) const noexcept;
};

/// Where a package lies, as a document says it.
struct PackageRoot {
  std::string name;
  std::filesystem::path root;
  std::string root_fault{};
};

/// What a package depends on, as a document says it.
struct PackageNeeds {
  std::string name;
  std::vector<std::string> dependencies;
  std::vector<std::string> dev_dependencies;
};

/// Fills in `packages`, their dependencies and faults. Names of packages that do not exist, and packages that `needs`
/// does not name, become faults. REQUIRES: names are unique in each list.
void connect(Workspace& workspace, std::vector<PackageRoot> roots, const std::vector<PackageNeeds>& needs);

/// Reads a workspace from `file`: package_config.json with package_graph.json beside it, or, by its extension,
/// grapnel.toml. The same packages give the same workspace from both. A grapnel.toml without packages in the directory
/// of a Dart workspace adds its settings.
///
/// Throws ProjectError: a file missing or no JSON or TOML, wrong types (with the path in the document), names that no
/// package can have, duplicates, a root that is no file: URI. A root that does not exist is an error only for packages
/// that the plan needs, so it is checked there.
[[nodiscard]] Workspace load(const std::filesystem::path& file);

/// The texts of Dart's two package files.
struct PackageTexts {
  std::string package_config;
  std::string package_graph;
};

/// The texts of the workspace at `places`, for who wants to know whether they are what they were; nothing where it has
/// no such files, or they cannot be read: load() says why.
[[nodiscard]] std::optional<PackageTexts> read_package_texts(const Places& places);

/// load() of texts that were read before.
[[nodiscard]] Workspace load(Places places, const PackageTexts& texts);

/// The files that a workspace with these texts and settings was read from: Workspace::files.
[[nodiscard]] std::vector<std::filesystem::path> files_of(const Places& places, const Settings& settings);

/// The settings alone of the workspace that load() would read, with the same errors. Reads no other file.
[[nodiscard]] Settings load_settings(const std::filesystem::path& file);

/// Whether `file` is a grapnel.toml, by its extension.
[[nodiscard]] bool is_toml(const std::filesystem::path& file);

/// Whether a package can have this name: kPackageName. So it is a safe part of a path, and no file of ours.
[[nodiscard]] bool is_package_name(std::string_view name) noexcept;
inline constexpr std::string_view kPackageName =
    "a name of letters, digits, '_', '-' and '.' that begins with a letter, a digit or '_'";

/// The path of a `file:` URI or of a reference relative to `base` (a directory), percent escapes decoded, dot segments
/// removed. Throws ProjectError for any other scheme, bad escapes and NUL.
[[nodiscard]] std::filesystem::path path_of_uri(std::string_view uri, const std::filesystem::path& base);

/// Whether a URI reference has neither a scheme nor a path from the root, so that it counts from a base.
[[nodiscard]] bool is_relative_reference(std::string_view uri);

}  // namespace grapnel::workspace
