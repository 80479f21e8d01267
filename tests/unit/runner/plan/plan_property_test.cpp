// SPDX-License-Identifier: BSD-3-Clause
// Random graphs: what the plan promises, checked with an oracle of the test's own.
#include "runner/base/errors.hpp"
#include "runner/plan/plan.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace grapnel::plan {
namespace {

using workspace::Package;
using workspace::Workspace;

struct RandomGraph {
  std::size_t size;
  std::vector<std::pair<std::size_t, std::size_t>> edges;  ///< dependent, dependency
  std::vector<std::size_t> hooks;
};

std::string name(std::size_t node) { return "p" + std::to_string(node); }

RandomGraph draw() {
  RandomGraph graph;
  graph.size = *rc::gen::inRange<std::size_t>(1, 12);
  const auto node = rc::gen::inRange<std::size_t>(0, graph.size);
  graph.edges = *rc::gen::container<std::vector<std::pair<std::size_t, std::size_t>>>(rc::gen::pair(node, node));
  // Half of the graphs have no cycle but of a package with itself.
  if (*rc::gen::arbitrary<bool>()) {
    for (auto& [dependent, dependency] : graph.edges) {
      if (dependent > dependency) std::swap(dependent, dependency);
    }
  }
  graph.hooks = *rc::gen::container<std::vector<std::size_t>>(node);
  return graph;
}

/// The package "run" depends on all others, so that all are needed.
Workspace workspace_of(const RandomGraph& graph) {
  Workspace workspace;
  workspace.file = "/app/.dart_tool/package_config.json";
  std::vector<workspace::PackageRoot> roots{{"run", "/packages/run"}};
  std::vector<workspace::PackageNeeds> needs(graph.size + 1);
  workspace::PackageNeeds& run = needs.back();
  run.name = "run";
  for (std::size_t node = 0; node < graph.size; ++node) {
    roots.push_back({name(node), "/packages/" + name(node)});
    run.dependencies.push_back(name(node));
    needs[node].name = name(node);
  }
  for (const auto& [dependent, dependency] : graph.edges) needs[dependent].dependencies.push_back(name(dependency));
  connect(workspace, std::move(roots), needs);
  return workspace;
}

std::vector<std::string> hook_names(const RandomGraph& graph) {
  std::vector<std::string> names;
  for (const std::size_t node : graph.hooks) names.push_back(name(node));
  return names;
}

/// The oracle: whether `from` needs `to`, by trying all ways.
std::vector<std::vector<bool>> closure(const RandomGraph& graph) {
  std::vector<std::vector<bool>> needs(graph.size, std::vector<bool>(graph.size));
  for (const auto& [dependent, dependency] : graph.edges) needs[dependent][dependency] = true;
  for (std::size_t via = 0; via < graph.size; ++via) {
    for (std::size_t from = 0; from < graph.size; ++from) {
      for (std::size_t to = 0; to < graph.size; ++to) {
        if (needs[from][via] && needs[via][to]) needs[from][to] = true;
      }
    }
  }
  return needs;
}

bool has_hook_cycle(const RandomGraph& graph, const std::vector<std::vector<bool>>& needs) {
  for (const std::size_t left : graph.hooks) {
    for (const std::size_t right : graph.hooks) {
      if (left != right && needs[left][right] && needs[right][left]) return true;
    }
  }
  return false;
}

std::optional<std::vector<std::string>> plan_of(const Workspace& workspace, HookKind kind,
                                                const std::vector<std::string>& names_with_hook) {
  std::vector<const Package*> with_hook;
  for (const std::string& name : names_with_hook) with_hook.push_back(workspace.find(name));
  try {
    std::vector<std::string> names;
    for (const PlannedHook& hook : order(workspace, "run", DevDependencies::no, kind, with_hook).hooks) {
      names.push_back(hook.package->name);
    }
    return names;
  } catch (const ProjectError&) {
    return std::nullopt;
  }
}

RC_GTEST_PROP(PlanProperty, HoldsEachHookOnceAndAfterAllThatItNeeds, ()) {
  const RandomGraph graph = draw();
  const auto needs = closure(graph);
  const auto kind = *rc::gen::element(HookKind::build, HookKind::link);
  const auto plan = plan_of(workspace_of(graph), kind, hook_names(graph));
  RC_ASSERT(plan.has_value() == !has_hook_cycle(graph, needs));
  RC_PRE(plan.has_value());

  const std::set<std::size_t> hooks(graph.hooks.begin(), graph.hooks.end());
  RC_ASSERT(plan->size() == hooks.size());
  const auto position = [&](std::size_t node) {
    return std::find(plan->begin(), plan->end(), name(node)) - plan->begin();
  };
  for (const std::size_t dependent : hooks) {
    RC_ASSERT(position(dependent) < static_cast<std::ptrdiff_t>(plan->size()));
    for (const std::size_t dependency : hooks) {
      if (dependent == dependency || !needs[dependent][dependency]) continue;
      RC_ASSERT((position(dependency) < position(dependent)) == (kind == HookKind::build));
    }
  }
}

RC_GTEST_PROP(PlanProperty, IsTheFirstByNameOfAllGoodOrders, ()) {
  RandomGraph graph = draw();
  const auto needs = closure(graph);
  RC_PRE(!has_hook_cycle(graph, needs));
  const auto plan = plan_of(workspace_of(graph), HookKind::build, hook_names(graph));
  RC_ASSERT(plan.has_value());
  // Greedy and slow: each time the first by name of those that wait for nothing.
  std::set<std::size_t> left(graph.hooks.begin(), graph.hooks.end());
  for (const std::string& next : *plan) {
    std::set<std::string> free;
    for (const std::size_t candidate : left) {
      const bool waits = std::any_of(left.begin(), left.end(),
                                     [&](std::size_t other) { return other != candidate && needs[candidate][other]; });
      if (!waits) free.insert(name(candidate));
    }
    RC_ASSERT(next == *free.begin());
    std::erase_if(left, [&](std::size_t node) { return name(node) == next; });
  }
}

RC_GTEST_PROP(PlanProperty, IsTheSameInAnyFileOrder, ()) {
  const RandomGraph graph = draw();
  const auto shuffle = [](auto& list) {
    for (std::size_t left = list.size(); left > 1; --left) {
      std::swap(list[left - 1], list[*rc::gen::inRange<std::size_t>(0, left)]);
    }
  };
  RandomGraph shuffled = graph;
  shuffle(shuffled.edges);
  shuffle(shuffled.hooks);
  const auto kind = *rc::gen::element(HookKind::build, HookKind::link);
  RC_ASSERT(plan_of(workspace_of(graph), kind, hook_names(graph)) ==
            plan_of(workspace_of(shuffled), kind, hook_names(shuffled)));
}

/// Which hooks of a plan wait for which, over nodes without a hook, too: by following each edge.
std::vector<std::set<std::size_t>> waits_for(const Plan& plan) {
  std::vector<std::set<std::size_t>> waits(plan.hooks.size());
  for (std::size_t hook = 0; hook < plan.hooks.size(); ++hook) {
    std::vector<bool> seen(plan.waiters.size());
    std::vector<std::size_t> queue{hook};
    while (!queue.empty()) {
      const std::size_t node = queue.back();
      queue.pop_back();
      for (const Node waiter : plan.waiters[node]) {
        if (seen[waiter]) continue;
        seen[waiter] = true;
        queue.push_back(waiter);
        if (waiter < plan.hooks.size()) waits[waiter].insert(hook);
      }
    }
  }
  return waits;
}

RC_GTEST_PROP(PlanProperty, HooksWaitForExactlyWhatTheyNeed, ()) {
  const RandomGraph graph = draw();
  const auto needs = closure(graph);
  RC_PRE(!has_hook_cycle(graph, needs));
  const auto kind = *rc::gen::element(HookKind::build, HookKind::link);
  const Workspace workspace = workspace_of(graph);
  std::vector<const Package*> with_hook;
  for (const std::string& name : hook_names(graph)) with_hook.push_back(workspace.find(name));
  const Plan plan = order(workspace, "run", DevDependencies::no, kind, with_hook);
  RC_ASSERT(plan.waiters.size() >= plan.hooks.size());

  const std::set<std::size_t> hooks(graph.hooks.begin(), graph.hooks.end());
  const auto waits = waits_for(plan);
  for (std::size_t place = 0; place < plan.hooks.size(); ++place) {
    std::set<std::string> expected;
    for (const std::size_t other : hooks) {
      for (const std::size_t one : hooks) {
        if (name(one) != plan.hooks[place].package->name || other == one) continue;
        if (kind == HookKind::build ? needs[one][other] : needs[other][one]) expected.insert(name(other));
      }
    }
    std::set<std::string> actual;
    for (const std::size_t other : waits[place]) actual.insert(plan.hooks[other].package->name);
    RC_ASSERT(actual == expected);
  }
}

}  // namespace
}  // namespace grapnel::plan
