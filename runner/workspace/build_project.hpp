// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a project says about the targets that are built from it: pyproject.toml, hatch.toml, grapnel.toml
/// (spec: hatch-build-hooks, section 1.4; reference: docs/build-targets.md).
#pragma once

#include "runner/workspace/settings.hpp"
#include "runner/workspace/table.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::workspace {

/// A project. A value.
struct BuildProject {
  std::filesystem::path root;  ///< absolute, as the caller gave it: links are not resolved
  /// The whole of pyproject.toml; absent where there is none.
  std::optional<Table> pyproject{};
  /// `tool.hatch` of pyproject.toml, with what hatch.toml says in place of its keys; empty without both.
  Table hatch{};
  /// The build table in force: `tool.hatch.build` (or `build` of hatch.toml), and over it the keys of grapnel.toml's
  /// `[build]`. Each key knows which document it is from.
  Table build{};
  /// grapnel.toml's own `[build]`; absent where it has none. A hook of name "grapnel" stands for the hooks of it.
  std::optional<Table> own_build{};
  Settings settings{};  ///< of grapnel.toml

  /// `[project]` of pyproject.toml, or nullptr.
  [[nodiscard]] const Table* project_table() const noexcept;
};

/// Reads the project in `root` (absolute). Throws ProjectError for a directory without any of the three files, and for
/// files with faults; SystemError for what cannot be read.
[[nodiscard]] BuildProject load_build_project(const std::filesystem::path& root);

}  // namespace grapnel::workspace
