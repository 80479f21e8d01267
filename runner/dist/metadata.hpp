// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a project says of itself: `[project]` of pyproject.toml (PEP 621, PEP 639), and the texts that distributions
/// have of it. As hatchling 1.32, but that what needs its plugins is refused (docs/build-targets.md).
#pragma once

#include "runner/dist/python_version.hpp"
#include "runner/dist/requirement.hpp"
#include "runner/workspace/build_project.hpp"
#include <hooks/json.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::dist {

/// Names and their values, in an order.
using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// An author or a maintainer: a name, an address, or both.
struct Person {
  std::string name{};
  std::string email{};
};

struct Readme {
  std::string path{};  ///< as written, relative to the root; empty where the text is in pyproject.toml
  std::string text{};
  std::string content_type{};  ///< "text/markdown", "text/x-rst" or "text/plain"
};

/// A project's metadata, valid as a whole. A value. All texts but the readme's and the license's are one line each.
struct Metadata {
  std::string name{};         ///< as written: "My.Demo-Pkg"
  std::string normal_name{};  ///< "my-demo-pkg"
  std::string file_name{};    ///< "my_demo_pkg"
  std::string version{};      ///< normal: "1.0a1"
  std::string description{};
  std::optional<Readme> readme{};
  SpecifierSet requires_python{};
  std::string license{};                     ///< the text, where `license` is a table
  std::string license_expression{};          ///< in SPDX's case, where it is a string
  std::vector<std::string> license_files{};  ///< relative to the root, with forward slashes, sorted
  std::vector<Person> authors{};
  std::vector<Person> maintainers{};
  std::vector<std::string> keywords{};     ///< sorted, each once
  std::vector<std::string> classifiers{};  ///< in the order of PyPI's list, each once; private ones come first
  NamedTexts urls{};                       ///< in the order of the file
  NamedTexts scripts{};                    ///< sorted by name
  NamedTexts gui_scripts{};
  std::vector<std::pair<std::string, NamedTexts>> entry_points{};  ///< sorted; no group is empty
  std::vector<Requirement> dependencies{};                         ///< sorted by their text, each once
  /// By the normal names of features, sorted. What a feature takes from others by naming the project itself
  /// ("demo[test]") is in it.
  std::vector<std::pair<std::string, std::vector<Requirement>>> optional_dependencies{};
  std::vector<std::string> dynamic{};
  /// The files that all this was read from, beside the project's documents: readme, license, version. Absolute.
  std::vector<std::filesystem::path> files{};
};

inline constexpr std::size_t kMaxReadmeBytes = std::size_t{4} << 20U;

/// Reads and judges it. Files are named relative to the root and without ".."; links are followed. `dynamic` may hold
/// `version` alone, which comes by the source "regex" or "env" of `[tool.hatch.version]`. A project without `[project]`
/// has name and version in `[build]` of its grapnel.toml.
///
/// Throws one ProjectError with all faults: "project.dependencies.2: …", lists counted from 0. SystemError for a file
/// that cannot be read.
[[nodiscard]] Metadata read_metadata(const workspace::BuildProject& project);

/// The version that a file holds (sources and hooks of name "version", spec: hatch-build-hooks, section 4.2): where no
/// other pattern is given, by this one.
inline constexpr std::string_view kVersionPattern = R"re((?i)^(__version__|VERSION) *= *(['"])v?(?P<version>.+?)\2)re";

inline constexpr std::string_view kCoreMetadataVersion = "2.4";
/// 1.2, 2.1, 2.2, 2.3 and 2.4 are.
[[nodiscard]] bool is_core_metadata_version(std::string_view version) noexcept;

/// METADATA and PKG-INFO. `more_dependencies`: of build data; they follow the project's own. Before 2.4 there are no
/// License-Expression and License-File: the expression stands as License. 1.2 has neither features nor a readme.
/// Throws ProjectError for another version, and for a dependency that is no line of text.
[[nodiscard]] std::string core_metadata(const Metadata& metadata, std::string_view metadata_version,
                                        const std::vector<std::string>& more_dependencies);

/// Whether entry points can have a group of that name: one line, not empty, without ']'.
[[nodiscard]] bool is_entry_point_group(std::string_view name);

/// entry_points.txt; empty where the project has none.
[[nodiscard]] std::string entry_points_text(const Metadata& metadata);

[[nodiscard]] std::vector<std::string> runtime_dependencies(const Metadata& metadata);

/// Those of a feature; any spelling of its name. Throws ProjectError for one that the project does not have.
[[nodiscard]] std::vector<std::string> feature_dependencies(const Metadata& metadata, std::string_view feature);

/// "py3", or "py2.py3": the major versions of Python, of those with any version that `requires-python` allows. Where it
/// allows none, "py3".
[[nodiscard]] std::string python_tag(const Metadata& metadata);

/// All of it with the names of the members above, but for hooks: requirements are texts, and what is not given is an
/// empty value; no readme is null.
[[nodiscard]] hooks::Json::Object metadata_to_json(const Metadata& metadata);

}  // namespace grapnel::dist
