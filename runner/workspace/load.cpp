// SPDX-License-Identifier: BSD-3-Clause
// The two kinds of workspace, read into one.
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/utf8.hpp"
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

fs::path package_graph_of(const Places& places) { return places.package_config.parent_path() / "package_graph.json"; }

// Without texts the files are read when their turn comes, so that the first fault is the first one's.
Workspace load_dart(Places places, const PackageTexts* texts) {
  Workspace workspace;
  static_cast<Places&>(workspace) = std::move(places);
  const fs::path& package_config = workspace.package_config;
  const fs::path directory = package_config.parent_path();

  hooks::protocol::Faults faults;
  std::vector<PackageRoot> roots = read_package_config(
      texts != nullptr ? parse_document(package_config, texts->package_config) : read_document(package_config),
      directory, faults);
  refuse_faults(package_config, faults);

  const fs::path package_graph = package_graph_of(workspace);
  const std::vector<PackageNeeds> needs = read_package_graph(
      texts != nullptr ? parse_document(package_graph, texts->package_graph) : read_document(package_graph), faults);
  refuse_faults(package_graph, faults);

  connect(workspace, std::move(roots), needs);
  workspace.settings = settings_beside(workspace.directory);
  workspace.files = files_of(workspace, workspace.settings);
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
  return is_toml(places.file) ? load_toml(std::move(places)) : load_dart(std::move(places), nullptr);
}

Workspace load(Places places, const PackageTexts& texts) { return load_dart(std::move(places), &texts); }

std::vector<fs::path> files_of(const Places& places, const Settings& settings) {
  std::vector<fs::path> files{places.package_config, package_graph_of(places)};
  if (!settings.file.empty()) files.push_back(settings.file);
  return files;
}

std::optional<PackageTexts> read_package_texts(const Places& places) {
  if (places.package_config.empty() || !hooks::base::is_utf8(places.package_config.native())) return std::nullopt;
  auto config = hooks::base::read_file(places.package_config, kMaxPackageFileBytes);
  auto graph = hooks::base::read_file(package_graph_of(places), kMaxPackageFileBytes);
  if (!config || !graph) return std::nullopt;
  return PackageTexts{std::move(*config), std::move(*graph)};
}

Settings load_settings(const fs::path& file) {
  const fs::path path = normal(file);
  return is_toml(path) ? load_grapnel_toml(path).settings : settings_beside(path.parent_path().parent_path());
}

}  // namespace grapnel::workspace
