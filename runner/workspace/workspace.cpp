// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/workspace.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace grapnel::workspace {
namespace {

constexpr std::size_t kMaxNameBytes = 255;  // it is the name of a directory

constexpr std::string_view kAdvice = "Run the package manager's get command (such as dart pub get) again.";

// Makes positions of names.
class Connector {
 public:
  explicit Connector(Workspace& workspace) : workspace_(workspace) {
    positions_.reserve(workspace.packages.size());
    for (const Package& package : workspace.packages) {
      positions_.emplace(package.name, static_cast<Node>(positions_.size()));
    }
  }

  // The position of a package, or nothing.
  [[nodiscard]] std::optional<Node> find(const std::string& name) const {
    const auto found = positions_.find(name);
    return found != positions_.end() ? std::optional(found->second) : std::nullopt;
  }

  void add(std::vector<Edge>& edges, Node package, const std::vector<std::string>& names, bool of_dev) {
    for (const std::string& name : names) {
      if (const auto dependency = find(name)) {
        edges.emplace_back(package, *dependency);
      } else {
        workspace_.faults.push_back({package, of_dev,
                                     "package '" + workspace_.packages[package].name + "' depends on '" + name +
                                         "', which is not in '" + workspace_.file.string() + "'. " +
                                         std::string(kAdvice)});
      }
    }
  }

 private:
  Workspace& workspace_;
  std::unordered_map<std::string_view, Node> positions_;
};

}  // namespace

bool is_package_name(std::string_view name) noexcept {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && is_word(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_word(c) || c == '-' || c == '.'; });
}

const Package* Workspace::find(std::string_view name) const noexcept {
  const auto found = std::lower_bound(packages.begin(), packages.end(), name,
                                      [](const Package& package, std::string_view key) { return package.name < key; });
  return found != packages.end() && found->name == name ? &*found : nullptr;
}

Node Workspace::position_of(const Package& package) const noexcept {
  return static_cast<Node>(&package - packages.data());
}

void connect(Workspace& workspace, std::vector<PackageRoot> roots, const std::vector<PackageNeeds>& needs) {
  std::sort(roots.begin(), roots.end(),
            [](const PackageRoot& left, const PackageRoot& right) { return left.name < right.name; });
  workspace.packages.reserve(roots.size());
  for (PackageRoot& root : roots) {
    if (!root.root_fault.empty()) {
      workspace.faults.push_back({static_cast<Node>(workspace.packages.size()), false,
                                  "package '" + root.name + "' is not in the file system: " + root.root_fault});
    }
    workspace.packages.push_back({std::move(root.name), std::move(root.root)});
  }

  const std::size_t size = workspace.packages.size();
  Connector connector(workspace);
  std::vector<Edge> edges;
  std::vector<Edge> dev_edges;
  std::vector<bool> is_named(size);
  for (const PackageNeeds& need : needs) {
    const auto package = connector.find(need.name);
    if (!package) continue;
    is_named[*package] = true;
    connector.add(edges, *package, need.dependencies, false);
    connector.add(dev_edges, *package, need.dev_dependencies, true);
  }
  for (Node package = 0; package < size; ++package) {
    if (is_named[package]) continue;
    workspace.faults.push_back({package, false,
                                "package '" + workspace.packages[package].name + "' is in '" + workspace.file.string() +
                                    "', but not in package_graph.json beside it. " + std::string(kAdvice)});
  }
  workspace.dependencies = Graph(size, edges);
  workspace.dev_dependencies = Graph(size, dev_edges);
  std::stable_sort(workspace.faults.begin(), workspace.faults.end(),
                   [](const PackageFault& left, const PackageFault& right) { return left.package < right.package; });
}

}  // namespace grapnel::workspace
