// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/plan.hpp"

#include "runner/base/errors.hpp"
#include "runner/plan/graph.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
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

std::string file_of(const Workspace& workspace) { return "'" + workspace.package_config.string() + "'"; }

std::size_t position_of(const Workspace& workspace, const Package* package) {
  return static_cast<std::size_t>(package - workspace.packages.data());
}

Node run_package_of(const Workspace& workspace, const std::string& name) {
  const Package* package = workspace.find(name);
  if (package == nullptr) {
    throw ProjectError("there is no package '" + name + "' in " + file_of(workspace) +
                       ". Name one of its packages to run hooks for.");
  }
  return static_cast<Node>(position_of(workspace, package));
}

void refuse_faults(const Workspace& workspace, const Package& package, const workspace::Dependencies& dependencies) {
  if (!package.in_graph) {
    throw ProjectError("package '" + package.name + "' is in " + file_of(workspace) +
                       ", but not in package_graph.json beside it. " + std::string(kAdvice));
  }
  if (!dependencies.missing.empty()) {
    throw ProjectError("package '" + package.name + "' depends on '" + dependencies.missing.front() +
                       "', which is not in " + file_of(workspace) + ". " + std::string(kAdvice));
  }
}

Closure closure_of(const Workspace& workspace, const std::string& run_package, DevDependencies dev_dependencies) {
  const Node root = run_package_of(workspace, run_package);
  std::vector<bool> needed(workspace.packages.size());
  std::vector<Edge> edges;
  std::vector<Node> queue{root};
  needed[root] = true;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const Node node = queue[next];
    const Package& package = workspace.packages[node];
    const auto add = [&](const workspace::Dependencies& dependencies) {
      refuse_faults(workspace, package, dependencies);
      for (const Node dependency : dependencies.packages) {
        if (dependency != node) edges.emplace_back(node, dependency);
        if (!needed[dependency]) queue.push_back(dependency);
        needed[dependency] = true;
      }
    };
    add(package.dependencies);
    if (node == root && dev_dependencies == DevDependencies::yes) add(package.dev_dependencies);
  }

  // Numbers of the workspace become numbers of the closure; both are in the order of names.
  std::vector<const Package*> packages;
  packages.reserve(queue.size());
  std::vector<Node> position(workspace.packages.size());
  for (Node node = 0; node < needed.size(); ++node) {
    if (!needed[node]) continue;
    position[node] = static_cast<Node>(packages.size());
    packages.push_back(&workspace.packages[node]);
  }
  for (auto& [dependent, dependency] : edges) {
    dependent = position[dependent];
    dependency = position[dependency];
  }
  const std::size_t size = packages.size();
  return {std::move(packages), Graph(size, edges)};
}

/// "a -> b -> c -> a" through `first` and at least one other package with a hook. REQUIRES: they are in one component.
std::string describe_cycle(const Closure& closure, const Components& components, const std::vector<bool>& has_hook,
                           Node first) {
  std::vector<bool> allowed(closure.packages.size());
  for (std::size_t node = 0; node < allowed.size(); ++node) allowed[node] = components.of[node] == components.of[first];
  std::vector<Node> cycle = shortest_path(closure.dependencies, first, has_hook, allowed);
  std::vector<bool> home(closure.packages.size());
  home[first] = true;
  const std::vector<Node> way_back = shortest_path(closure.dependencies, cycle.back(), home, allowed);
  cycle.insert(cycle.end(), way_back.begin() + 1, way_back.end());

  std::string text;
  for (const Node node : cycle) text += (text.empty() ? "" : " -> ") + closure.packages[node]->name;
  return text;
}

void refuse_cycles(const Closure& closure, const Components& components, const std::vector<bool>& has_hook,
                   HookKind kind) {
  std::vector<Node> hooks(components.count);
  for (std::size_t node = 0; node < has_hook.size(); ++node) {
    if (has_hook[node]) ++hooks[components.of[node]];
  }
  for (Node node = 0; node < has_hook.size(); ++node) {
    // The first by name, so that the message is always the same.
    if (!has_hook[node] || hooks[components.of[node]] < 2) continue;
    throw ProjectError("the " + std::string(name_of(kind)) + " hooks of these packages wait for each other: " +
                       describe_cycle(closure, components, has_hook, node) +
                       ". Take one of the dependencies away, or leave at most one " + std::string(name_of(kind)) +
                       " hook in the cycle.");
  }
}

Graph members_of(const Components& components) {
  std::vector<Edge> edges;
  edges.reserve(components.of.size());
  for (Node node = 0; node < components.of.size(); ++node) edges.emplace_back(components.of[node], node);
  return {components.count, edges};
}

/// The components of packages as a scheduler sees them.
class Schedule {
 public:
  /// `waiters` says who waits for each package.
  Schedule(const Graph& waiters, const Components& components, const std::vector<bool>& has_hook)
      : waiters_(waiters),
        components_(components),
        members_(members_of(components)),
        hook_of_(components.count, kNoHook),
        waiting_(components.count) {
    for (Node node = 0; node < waiters.size(); ++node) {
      if (has_hook[node]) hook_of_[components.of[node]] = node;
      for (const Node waiter : waiters[node]) {
        if (components.of[waiter] != components.of[node]) ++waiting_[components.of[waiter]];
      }
    }
  }

  /// The packages with a hook, in order.
  std::vector<Node> run() && {
    for (Node component = 0; component < waiting_.size(); ++component) {
      if (waiting_[component] == 0) release(component);
    }
    std::vector<Node> order;
    while (true) {
      // What has no hook takes no time, so it never stands before one that is free.
      if (!without_hook_.empty()) {
        const Node component = without_hook_.back();
        without_hook_.pop_back();
        finish(component);
      } else if (!free_.empty()) {
        const Node node = free_.top();
        free_.pop();
        order.push_back(node);
        finish(components_.of[node]);
      } else {
        return order;
      }
    }
  }

 private:
  static constexpr Node kNoHook = static_cast<Node>(-1);

  void release(Node component) {
    if (hook_of_[component] == kNoHook) {
      without_hook_.push_back(component);
    } else {
      free_.push(hook_of_[component]);
    }
  }

  void finish(Node component) {
    for (const Node member : members_[component]) {
      for (const Node waiter : waiters_[member]) {
        const Node other = components_.of[waiter];
        if (other != component && --waiting_[other] == 0) release(other);
      }
    }
  }

  const Graph& waiters_;
  const Components& components_;
  Graph members_;
  std::vector<Node> hook_of_;
  std::vector<Node> waiting_;  // edges, not components
  std::vector<Node> without_hook_;
  std::priority_queue<Node, std::vector<Node>, std::greater<>> free_;  // by name
};

}  // namespace

std::vector<const Package*> reachable(const Workspace& workspace, const std::string& root_package,
                                      DevDependencies dev_dependencies) {
  return closure_of(workspace, root_package, dev_dependencies).packages;
}

std::vector<PlannedHook> order(const Workspace& workspace, const std::string& root_package,
                               DevDependencies dev_dependencies, HookKind kind,
                               const std::vector<const Package*>& with_hook) {
  const Closure closure = closure_of(workspace, root_package, dev_dependencies);
  std::vector<bool> is_asked_for(workspace.packages.size());
  for (const Package* package : with_hook) is_asked_for[position_of(workspace, package)] = true;
  std::vector<bool> has_hook(closure.packages.size());
  for (std::size_t i = 0; i < has_hook.size(); ++i) {
    has_hook[i] = is_asked_for[position_of(workspace, closure.packages[i])];
  }

  const Components components = strong_components(closure.dependencies);
  refuse_cycles(closure, components, has_hook, kind);

  std::vector<PlannedHook> plan;
  const Graph dependents = closure.dependencies.reversed();
  const Graph& waiters = kind == HookKind::build ? dependents : closure.dependencies;
  const std::vector<Node> nodes = Schedule(waiters, components, has_hook).run();
  plan.reserve(nodes.size());
  for (const Node node : nodes) {
    PlannedHook& hook = plan.emplace_back();
    hook.package = closure.packages[node];
    const auto dependencies = closure.dependencies[node];
    hook.direct_dependencies.reserve(dependencies.size());
    for (const Node dependency : dependencies) hook.direct_dependencies.push_back(closure.packages[dependency]);
  }
  return plan;
}

}  // namespace grapnel::plan
