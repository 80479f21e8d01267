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

using Indices = std::unordered_map<std::string_view, PackageIndex>;

Dependencies resolve(const std::vector<std::string>& names, const Indices& indices) {
  Dependencies dependencies;
  dependencies.packages.reserve(names.size());
  for (const std::string& name : names) {
    if (const auto found = indices.find(name); found != indices.end()) {
      dependencies.packages.push_back(found->second);
    } else {
      dependencies.missing.push_back(name);
    }
  }
  std::vector<PackageIndex>& packages = dependencies.packages;
  std::sort(packages.begin(), packages.end());
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
  return dependencies;
}

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

std::vector<Package> connect(std::vector<PackageRoot> roots, const std::vector<PackageNeeds>& needs) {
  std::sort(roots.begin(), roots.end(),
            [](const PackageRoot& left, const PackageRoot& right) { return left.name < right.name; });
  std::vector<Package> packages;
  packages.reserve(roots.size());
  Indices indices;
  indices.reserve(roots.size());
  for (PackageRoot& root : roots) {
    Package& package = packages.emplace_back();
    package.name = std::move(root.name);
    package.root = std::move(root.root);
    package.root_fault = std::move(root.root_fault);
    package.in_graph = false;
    indices.emplace(package.name, static_cast<PackageIndex>(packages.size() - 1));
  }
  for (const PackageNeeds& need : needs) {
    const auto found = indices.find(need.name);
    if (found == indices.end()) continue;
    Package& package = packages[found->second];
    package.in_graph = true;
    package.dependencies = resolve(need.dependencies, indices);
    package.dev_dependencies = resolve(need.dev_dependencies, indices);
  }
  return packages;
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
  std::vector<PackageRoot> roots = read_package_config(read_document(workspace.package_config), directory, faults);
  refuse_faults(workspace.package_config, faults);

  workspace.package_graph = directory / "package_graph.json";
  const std::vector<PackageNeeds> needs = read_package_graph(read_document(workspace.package_graph), faults);
  refuse_faults(workspace.package_graph, faults);

  workspace.packages = connect(std::move(roots), needs);
  return workspace;
}

}  // namespace grapnel::workspace
