// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/workspace.hpp"

#include "runner/base/errors.hpp"
#include "runner/workspace/documents.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace grapnel::workspace {
namespace {

constexpr std::size_t kMaxNameBytes = 255;  // it is the name of a directory

bool by_name(const Package& left, const Package& right) noexcept { return left.name < right.name; }

}  // namespace

bool is_package_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kMaxNameBytes && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

const Package* Workspace::find(std::string_view name) const noexcept {
  const auto found = std::lower_bound(packages.begin(), packages.end(), name,
                                      [](const Package& package, std::string_view key) { return package.name < key; });
  return found != packages.end() && found->name == name ? &*found : nullptr;
}

Workspace load(const std::filesystem::path& package_config) {
  Workspace workspace;
  std::error_code error;
  workspace.package_config = std::filesystem::absolute(package_config, error).lexically_normal();
  if (error) throw SystemError("cannot tell the working directory: " + error.message(), error.value());
  const std::filesystem::path directory = workspace.package_config.parent_path();
  workspace.directory = directory.parent_path();
  workspace.state_directory = directory / "hooks_runner";

  hooks::protocol::Faults faults;
  workspace.packages = read_package_config(read_document(workspace.package_config), directory, faults);
  refuse_faults(workspace.package_config, faults);

  workspace.package_graph = directory / "package_graph.json";
  std::vector<Package> graph = read_package_graph(read_document(workspace.package_graph), faults);
  refuse_faults(workspace.package_graph, faults);

  std::unordered_map<std::string_view, Package*> graph_by_name;
  for (Package& package : graph) graph_by_name.emplace(package.name, &package);
  for (Package& package : workspace.packages) {
    const auto found = graph_by_name.find(package.name);
    package.in_graph = found != graph_by_name.end();
    if (!package.in_graph) continue;
    package.dependencies = std::move(found->second->dependencies);
    package.dev_dependencies = std::move(found->second->dev_dependencies);
  }
  std::sort(workspace.packages.begin(), workspace.packages.end(), by_name);
  return workspace;
}

}  // namespace grapnel::workspace
