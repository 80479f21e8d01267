// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/build_project.hpp"

#include "runner/base/errors.hpp"
#include "runner/workspace/build_options.hpp"
#include "runner/workspace/grapnel_toml.hpp"

#include <system_error>

namespace grapnel::workspace {
namespace {

std::optional<Table> load_if_there(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) return std::nullopt;
  return load_table(file);
}

// The table at `key`, an empty one where there is none. Throws for what is no table.
Table table_or_empty(const Table& parent, std::string_view key) {
  if (const Table* table = parent.table(key)) return *table;
  if (const hooks::Json* value = parent.find(key)) {
    refuse({value, parent.path_of(key), &parent, std::string(key)}, "found no table; expected a table");
  }
  Table table;
  table.path = parent.path_of(key);
  table.file = parent.file;
  return table;
}

// The options of `own` over those of `build`, and those of its targets. Its hooks are another matter: they take the
// place of the hook "grapnel", or come after the others.
void take_options(Table& build, const Table& own) {
  for (const std::string& key : own.keys) {
    if (key != "hooks" && key != "targets") build.take(own, key);
  }
  const Table own_targets = table_or_empty(own, "targets");
  if (own_targets.keys.empty()) return;
  Table targets = table_or_empty(build, "targets");
  for (const std::string& name : own_targets.keys) {
    const Table own_target = table_or_empty(own_targets, name);
    Table target = table_or_empty(targets, name);
    for (const std::string& key : own_target.keys) {
      if (key != "hooks") target.take(own_target, key);
    }
    targets.put(name, std::move(target));
  }
  build.put("targets", std::move(targets));
}

}  // namespace

const Table* BuildProject::project_table() const noexcept { return pyproject ? pyproject->table("project") : nullptr; }

BuildProject load_build_project(const std::filesystem::path& root) {
  BuildProject project{.root = root};
  project.pyproject = load_if_there(root / "pyproject.toml");
  const std::optional<Table> hatch_toml = load_if_there(root / "hatch.toml");
  const std::filesystem::path own_file = root / "grapnel.toml";
  const std::optional<Table> own = load_if_there(own_file);
  if (!project.pyproject && !hatch_toml && !own) {
    throw ProjectError("'" + root.string() +
                       "' is no project that can be built: it has neither a pyproject.toml nor a hatch.toml nor a "
                       "grapnel.toml. Name the project's directory with --root, or see docs/build-targets.md.");
  }
  if (project.pyproject) {
    const Table tool = table_or_empty(*project.pyproject, "tool");
    project.hatch = table_or_empty(tool, "hatch");
  } else {
    project.hatch.path = "tool.hatch";
    project.hatch.file = root / "pyproject.toml";
  }
  if (hatch_toml) {
    for (const std::string& key : hatch_toml->keys) project.hatch.take(*hatch_toml, key);
  }
  project.build = table_or_empty(project.hatch, "build");
  if (own) {
    project.settings = load_grapnel_toml(own_file).settings;
    if (own->find("build") != nullptr) {
      project.own_build = table_or_empty(*own, "build");
      // Where nobody else says what is built, it is this file that speaks.
      if (project.build.keys.empty()) {
        project.build = *project.own_build;
      } else {
        take_options(project.build, *project.own_build);
      }
    }
  }
  return project;
}

}  // namespace grapnel::workspace
