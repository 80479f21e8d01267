// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The packages of an application, from package_config.json and package_graph.json (spec: dart-hooks, section 4).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::workspace {

/// A package's position in Workspace::packages.
using PackageIndex = std::uint32_t;

/// What a package depends on.
struct Dependencies {
  std::vector<PackageIndex> packages{};  ///< ascending, so by name; each once
  std::vector<std::string> missing{};    ///< names that the workspace does not have; wrong where the package is needed
};

/// One package.
struct Package {
  std::string name;
  std::filesystem::path root;  ///< absolute, without a separator at its end
  std::string root_fault{};    ///< why there is no root: the package lies elsewhere; else empty
  Dependencies dependencies{};
  Dependencies dev_dependencies{};
  bool in_graph = true;  ///< whether package_graph.json has an entry for it; without one, it depends on nothing
};

/// The packages of an application. Immutable.
struct Workspace {
  std::filesystem::path package_config;   ///< absolute
  std::filesystem::path package_graph;    ///< beside it
  std::filesystem::path directory;        ///< the workspace root: parent of the directory of package_config
  std::filesystem::path state_directory;  ///< `<directory of package_config>/hooks_runner`
  std::vector<Package> packages;          ///< sorted by name

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

/// The packages of `roots`, sorted by name, with what `needs` says about them. REQUIRES: names are unique in each list.
[[nodiscard]] std::vector<Package> connect(std::vector<PackageRoot> roots, const std::vector<PackageNeeds>& needs);

/// Reads both files. Throws ProjectError: a file missing or not JSON, wrong types (with the path in the document),
/// names that no package can have, duplicates, a root that is no file: URI. A root that does not exist is an error only
/// for packages that the plan needs, so it is checked there.
[[nodiscard]] Workspace load(const std::filesystem::path& package_config);

/// Whether a package can have this name: a letter, digit or underscore each, as Dart's; so it is a safe part of a path.
[[nodiscard]] bool is_package_name(std::string_view name) noexcept;

/// The path of a `file:` URI or of a reference relative to `base` (a directory), percent escapes decoded, dot segments
/// removed. Throws ProjectError for any other scheme, bad escapes and NUL.
[[nodiscard]] std::filesystem::path path_of_uri(std::string_view uri, const std::filesystem::path& base);

}  // namespace grapnel::workspace
