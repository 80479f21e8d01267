// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/plan.hpp"

#include "runner/base/errors.hpp"
#include "runner/plan/components.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::plan {
namespace {

using workspace::Package;
using workspace::Workspace;

/// What the run package needs, sorted by name, and who depends on whom among that.
struct Closure {
  std::vector<const Package*> packages;
  Graph dependencies;
};

Node run_package_of(const Workspace& workspace, const std::string& name) {
  if (const Package* package = workspace.find(name)) return workspace.position_of(*package);
  throw ProjectError("there is no package '" + name + "' in '" + workspace.file.string() +
                     "'. Name one of its packages to run hooks for.");
}

Closure closure_of(const Workspace& workspace, const std::string& run_package, DevDependencies dev_dependencies) {
  const Node root = run_package_of(workspace, run_package);
  const bool with_dev = dev_dependencies == DevDependencies::yes;
  std::vector<bool> needed(workspace.packages.size());
  std::vector<Edge> edges;
  std::vector<Node> queue{root};
  needed[root] = true;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const Node node = queue[next];
    const auto add = [&](std::span<const Node> dependencies) {
      for (const Node dependency : dependencies) {
        if (dependency != node) edges.emplace_back(node, dependency);
        if (!needed[dependency]) queue.push_back(dependency);
        needed[dependency] = true;
      }
    };
    add(workspace.dependencies[node]);
    if (node == root && with_dev) add(workspace.dev_dependencies[node]);
  }
  for (const workspace::PackageFault& fault : workspace.faults) {
    const bool counts = !fault.of_dev || (with_dev && fault.package == root);
    if (needed[fault.package] && counts) throw ProjectError(fault.message);
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

/// The components of packages by new numbers: those with a hook first, by its name, then those without one.
struct Condensed {
  std::vector<Node> hooks;  ///< the package that has the hook of each of the first nodes
  Graph waiters;
};

Condensed condense(const Graph& waiters, const Components& components, const std::vector<bool>& has_hook) {
  constexpr Node kUnnumbered = static_cast<Node>(-1);
  std::vector<Node> number(components.count, kUnnumbered);
  std::vector<Node> hooks;
  for (Node node = 0; node < has_hook.size(); ++node) {
    if (!has_hook[node]) continue;
    number[components.of[node]] = static_cast<Node>(hooks.size());
    hooks.push_back(node);
  }
  Node next = static_cast<Node>(hooks.size());
  for (Node& of_component : number) {
    if (of_component == kUnnumbered) of_component = next++;
  }
  std::vector<Edge> edges;
  for (Node node = 0; node < waiters.size(); ++node) {
    const Node from = number[components.of[node]];
    for (const Node waiter : waiters[node]) {
      const Node to = number[components.of[waiter]];
      if (from != to) edges.emplace_back(from, to);
    }
  }
  return {std::move(hooks), Graph(components.count, edges)};
}

/// The first `hooks` nodes of an acyclic graph in an order in which they could run: of the free ones the smallest.
std::vector<Node> sequence(const Graph& waiters, std::size_t hooks) {
  std::vector<Node> waits_for(waiters.size());
  for (Node node = 0; node < waiters.size(); ++node) {
    for (const Node waiter : waiters[node]) ++waits_for[waiter];
  }
  std::vector<Node> without_hook;
  std::priority_queue<Node, std::vector<Node>, std::greater<>> free;
  const auto release = [&](Node node) {
    if (node < hooks) {
      free.push(node);
    } else {
      without_hook.push_back(node);
    }
  };
  for (Node node = 0; node < waiters.size(); ++node) {
    if (waits_for[node] == 0) release(node);
  }
  std::vector<Node> order;
  order.reserve(hooks);
  while (!without_hook.empty() || !free.empty()) {
    Node node = 0;
    // What has no hook takes no time, so it never stands before one that is free.
    if (!without_hook.empty()) {
      node = without_hook.back();
      without_hook.pop_back();
    } else {
      node = free.top();
      free.pop();
      order.push_back(node);
    }
    for (const Node waiter : waiters[node]) {
      if (--waits_for[waiter] == 0) release(waiter);
    }
  }
  return order;
}

/// `waiters` with node order[i] < order.size() renamed to i.
Graph renumbered(const Graph& waiters, const std::vector<Node>& order) {
  std::vector<Node> position(waiters.size());
  for (Node node = 0; node < position.size(); ++node) position[node] = node;
  for (Node place = 0; place < order.size(); ++place) position[order[place]] = place;
  std::vector<Edge> edges;
  for (Node node = 0; node < waiters.size(); ++node) {
    for (const Node waiter : waiters[node]) edges.emplace_back(position[node], position[waiter]);
  }
  return {waiters.size(), edges};
}

}  // namespace

std::vector<const Package*> reachable(const Workspace& workspace, const std::string& root_package,
                                      DevDependencies dev_dependencies) {
  return closure_of(workspace, root_package, dev_dependencies).packages;
}

Plan order(const Workspace& workspace, const std::string& root_package, DevDependencies dev_dependencies, HookKind kind,
           const std::vector<const Package*>& with_hook) {
  const Closure closure = closure_of(workspace, root_package, dev_dependencies);
  std::vector<bool> is_asked_for(workspace.packages.size());
  for (const Package* package : with_hook) is_asked_for[workspace.position_of(*package)] = true;
  std::vector<bool> has_hook(closure.packages.size());
  for (std::size_t i = 0; i < has_hook.size(); ++i) {
    has_hook[i] = is_asked_for[workspace.position_of(*closure.packages[i])];
  }

  const Components components = strong_components(closure.dependencies);
  refuse_cycles(closure, components, has_hook, kind);

  const Graph dependents = closure.dependencies.reversed();
  const Condensed condensed =
      condense(kind == HookKind::build ? dependents : closure.dependencies, components, has_hook);
  const std::vector<Node> sequenced = sequence(condensed.waiters, condensed.hooks.size());

  Plan plan;
  plan.waiters = renumbered(condensed.waiters, sequenced);
  plan.hooks.reserve(sequenced.size());
  for (const Node hook_number : sequenced) {
    const Node node = condensed.hooks[hook_number];
    PlannedHook& hook = plan.hooks.emplace_back();
    hook.package = closure.packages[node];
    const auto dependencies = closure.dependencies[node];
    hook.direct_dependencies.reserve(dependencies.size());
    for (const Node dependency : dependencies) hook.direct_dependencies.push_back(closure.packages[dependency]);
  }
  return plan;
}

}  // namespace grapnel::plan
