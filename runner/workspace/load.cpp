// SPDX-License-Identifier: BSD-3-Clause
// The two kinds of workspace, read into one.
#include "runner/base/errors.hpp"
#include "runner/workspace/documents.hpp"
#include "runner/workspace/grapnel_toml.hpp"
#include "runner/workspace/workspace.hpp"

#include <system_error>
#include <utility>
#include <vector>

namespace grapnel::workspace {
namespace {

namespace fs = std::filesystem;

// A grapnel.toml with packages is another workspace, and nothing of it counts here.
Settings settings_beside(const fs::path& workspace_directory) {
  const fs::path file = workspace_directory / "grapnel.toml";
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  GrapnelToml toml = load_grapnel_toml(file);
  return toml.has_packages ? Settings{} : std::move(toml.settings);
}

fs::path normal(const fs::path& file) {
  std::error_code error;
  fs::path path = fs::absolute(file, error).lexically_normal();
  if (error) throw SystemError("cannot tell the working directory: " + error.message(), error.value());
  return path;
}

Workspace load_dart(Places places) {
  Workspace workspace{std::move(places)};
  const fs::path& package_config = workspace.package_config;
  const fs::path directory = package_config.parent_path();

  hooks::protocol::Faults faults;
  std::vector<PackageRoot> roots = read_package_config(read_document(package_config), directory, faults);
  refuse_faults(package_config, faults);

  const fs::path package_graph = directory / "package_graph.json";
  const std::vector<PackageNeeds> needs = read_package_graph(read_document(package_graph), faults);
  refuse_faults(package_graph, faults);

  workspace.files = {package_config, package_graph};
  connect(workspace, std::move(roots), needs);
  workspace.settings = settings_beside(workspace.directory);
  if (!workspace.settings.file.empty()) workspace.files.push_back(workspace.settings.file);
  return workspace;
}

Workspace load_toml(Places places) {
  Workspace workspace{std::move(places)};
  workspace.files = {workspace.file};
  GrapnelToml toml = load_grapnel_toml_with_packages(workspace.file);
  workspace.settings = std::move(toml.settings);
  connect(workspace, std::move(toml.roots), toml.needs);
  return workspace;
}

}  // namespace

bool is_toml(const fs::path& file) { return file.extension() == ".toml"; }

Places places_of(const fs::path& file) {
  Places places;
  places.file = normal(file);
  if (is_toml(places.file)) {
    places.directory = places.file.parent_path();
    places.own_directory = places.directory / ".grapnel";
    places.state_directory = places.own_directory / "hooks_runner";
  } else {
    places.package_config = places.file;
    places.directory = places.file.parent_path().parent_path();
    places.state_directory = places.file.parent_path() / "hooks_runner";
    places.own_directory = places.state_directory / ".grapnel";
  }
  return places;
}

Workspace load(const fs::path& file) {
  Places places = places_of(file);
  return is_toml(places.file) ? load_toml(std::move(places)) : load_dart(std::move(places));
}

Settings load_settings(const fs::path& file) {
  const fs::path path = normal(file);
  return is_toml(path) ? load_grapnel_toml(path).settings : settings_beside(path.parent_path().parent_path());
}

}  // namespace grapnel::workspace
