// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/plan.hpp"

#include "runner/base/errors.hpp"
#include "runner/plan/graph.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace grapnel::plan {
namespace {

using workspace::Package;
using workspace::Workspace;

constexpr std::string_view kAdvice = "Run the package manager's get command (such as dart pub get) again.";

/// What the run package needs, sorted by name, and who depends on whom among that.
struct Closure {
  std::vector<const Package*> packages;
  Graph dependencies;
};

/// Finds packages by name, with the message for one that is not there.
class Index {
 public:
  explicit Index(const Workspace& workspace) : workspace_(workspace) {
    by_name_.reserve(workspace.packages.size());
    for (std::size_t i = 0; i < workspace.packages.size(); ++i) by_name_.emplace(workspace.packages[i].name, i);
  }

  /// The position of `name` in the workspace. `dependent` is nullptr for the run package.
  [[nodiscard]] std::size_t at(const std::string& name, const Package* dependent) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) refuse_unknown(name, dependent);
    if (!workspace_.packages[found->second].in_graph) {
      throw ProjectError("package '" + name + "' is in " + file() + ", but not in package_graph.json beside it. " +
                         std::string(kAdvice));
    }
    return found->second;
  }

 private:
  [[noreturn]] void refuse_unknown(const std::string& name, const Package* dependent) const {
    if (dependent == nullptr) {
      throw ProjectError("there is no package '" + name + "' in " + file() +
                         ". Name one of its packages to run hooks for.");
    }
    throw ProjectError("package '" + dependent->name + "' depends on '" + name + "', which is not in " + file() + ". " +
                       std::string(kAdvice));
  }
  [[nodiscard]] std::string file() const { return "'" + workspace_.package_config.string() + "'"; }

  const Workspace& workspace_;
  std::unordered_map<std::string_view, std::size_t> by_name_;
};

Closure closure_of(const Workspace& workspace, const std::string& root_package, DevDependencies dev_dependencies) {
  const Index index(workspace);
  const std::size_t root = index.at(root_package, nullptr);
  std::vector<bool> needed(workspace.packages.size());
  Graph edges(workspace.packages.size());
  std::vector<std::size_t> queue{root};
  needed[root] = true;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::size_t node = queue[next];
    const Package& package = workspace.packages[node];
    const auto add = [&](const std::vector<std::string>& names) {
      for (const std::string& name : names) {
        const std::size_t dependency = index.at(name, &package);
        if (dependency != node) edges[node].push_back(dependency);
        if (!needed[dependency]) queue.push_back(dependency);
        needed[dependency] = true;
      }
    };
    add(package.dependencies);
    if (node == root && dev_dependencies == DevDependencies::yes) add(package.dev_dependencies);
  }

  // Numbers of the workspace become numbers of the closure; both are in the order of names.
  Closure closure;
  std::sort(queue.begin(), queue.end());
  std::vector<std::size_t> position(workspace.packages.size());
  for (const std::size_t node : queue) {
    position[node] = closure.packages.size();
    closure.packages.push_back(&workspace.packages[node]);
  }
  for (const std::size_t node : queue) {
    std::vector<std::size_t>& successors = closure.dependencies.emplace_back(std::move(edges[node]));
    for (std::size_t& successor : successors) successor = position[successor];
    std::sort(successors.begin(), successors.end());
    successors.erase(std::unique(successors.begin(), successors.end()), successors.end());
  }
  return closure;
}

/// "a -> b -> c -> a" through at least two of the component's packages with a hook.
std::string describe_cycle(const Closure& closure, const std::vector<std::size_t>& component,
                           const std::vector<bool>& has_hook) {
  std::vector<bool> allowed(closure.packages.size());
  for (const std::size_t node : component) allowed[node] = true;
  const std::size_t first =
      *std::find_if(component.begin(), component.end(), [&](std::size_t n) { return has_hook[n]; });
  std::vector<std::size_t> cycle = shortest_path(closure.dependencies, first, has_hook, allowed);
  std::vector<bool> home(closure.packages.size());
  home[first] = true;
  const std::vector<std::size_t> way_back = shortest_path(closure.dependencies, cycle.back(), home, allowed);
  cycle.insert(cycle.end(), way_back.begin() + 1, way_back.end());

  std::string text;
  for (const std::size_t node : cycle) text += (text.empty() ? "" : " -> ") + closure.packages[node]->name;
  return text;
}

void refuse_cycles(const Closure& closure, const Components& components, const std::vector<bool>& has_hook,
                   HookKind kind) {
  const std::vector<std::size_t>* first = nullptr;  // by name, so that the message is always the same
  for (const std::vector<std::size_t>& component : components.members) {
    const auto hooks =
        std::count_if(component.begin(), component.end(), [&](std::size_t node) { return has_hook[node]; });
    if (hooks > 1 && (first == nullptr || component < *first)) first = &component;
  }
  if (first == nullptr) return;
  throw ProjectError("the " + std::string(name_of(kind)) +
                     " hooks of these packages wait for each other: " + describe_cycle(closure, *first, has_hook) +
                     ". Take one of the dependencies away, or leave at most one " + std::string(name_of(kind)) +
                     " hook in the cycle.");
}

/// The components of packages as a scheduler sees them.
class Schedule {
 public:
  /// `waits` says which package waits for which.
  Schedule(const Graph& waits, const Components& components, const std::vector<bool>& has_hook)
      : components_(components),
        hook_of_(components.members.size(), kNoHook),
        waiting_(components.members.size()),
        dependents_(components.members.size()) {
    for (std::size_t node = 0; node < waits.size(); ++node) {
      const std::size_t component = components.of[node];
      if (has_hook[node]) hook_of_[component] = node;
      for (const std::size_t other : waits[node]) {
        if (components.of[other] == component) continue;
        ++waiting_[component];
        dependents_[components.of[other]].push_back(component);
      }
    }
  }

  /// The packages with a hook, in order.
  std::vector<std::size_t> run() && {
    for (std::size_t component = 0; component < waiting_.size(); ++component) {
      if (waiting_[component] == 0) release(component);
    }
    std::vector<std::size_t> order;
    while (true) {
      // What has no hook takes no time, so it never stands before one that is free.
      if (!without_hook_.empty()) {
        const std::size_t component = without_hook_.back();
        without_hook_.pop_back();
        finish(component);
      } else if (!free_.empty()) {
        const std::size_t node = free_.top();
        free_.pop();
        order.push_back(node);
        finish(components_.of[node]);
      } else {
        return order;
      }
    }
  }

 private:
  static constexpr std::size_t kNoHook = static_cast<std::size_t>(-1);

  void release(std::size_t component) {
    if (hook_of_[component] == kNoHook) {
      without_hook_.push_back(component);
    } else {
      free_.push(hook_of_[component]);
    }
  }

  void finish(std::size_t component) {
    for (const std::size_t dependent : dependents_[component]) {
      if (--waiting_[dependent] == 0) release(dependent);
    }
  }

  const Components& components_;
  std::vector<std::size_t> hook_of_;
  std::vector<std::size_t> waiting_;  // edges, not components
  Graph dependents_;
  std::vector<std::size_t> without_hook_;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free_;  // by name
};

}  // namespace

std::vector<const Package*> reachable(const Workspace& workspace, const std::string& root_package,
                                      DevDependencies dev_dependencies) {
  return closure_of(workspace, root_package, dev_dependencies).packages;
}

std::vector<PlannedHook> order(const Workspace& workspace, const std::string& root_package,
                               DevDependencies dev_dependencies, HookKind kind,
                               const std::vector<std::string>& with_hook) {
  const Closure closure = closure_of(workspace, root_package, dev_dependencies);
  const std::unordered_set<std::string_view> names(with_hook.begin(), with_hook.end());
  std::vector<bool> has_hook(closure.packages.size());
  for (std::size_t i = 0; i < closure.packages.size(); ++i) has_hook[i] = names.contains(closure.packages[i]->name);

  const Components components = strong_components(closure.dependencies);
  refuse_cycles(closure, components, has_hook, kind);

  const Graph waits = kind == HookKind::build ? closure.dependencies : reversed(closure.dependencies);
  std::vector<PlannedHook> plan;
  for (const std::size_t node : Schedule(waits, components, has_hook).run()) {
    PlannedHook& hook = plan.emplace_back();
    hook.package = closure.packages[node];
    for (const std::size_t dependency : closure.dependencies[node]) {
      hook.direct_dependencies.push_back(closure.packages[dependency]->name);
    }
  }
  return plan;
}

}  // namespace grapnel::plan
