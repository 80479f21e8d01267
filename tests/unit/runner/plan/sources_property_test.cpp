// SPDX-License-Identifier: BSD-3-Clause
// Random graphs, written as Dart's files and as a grapnel.toml, each in an order of its own: one plan.
#include "runner/base/errors.hpp"
#include "runner/plan/plan.hpp"
#include "runner/workspace/documents.hpp"
#include "runner/workspace/grapnel_toml.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::plan {
namespace {

using hooks::Json;
using workspace::Workspace;

using Edges = std::vector<std::vector<std::size_t>>;  // by dependent

struct RandomPackages {
  std::size_t size;
  Edges dependencies;
  Edges dev_dependencies;
};

std::string name(std::size_t node) { return "p" + std::to_string(node); }

RandomPackages draw() {
  RandomPackages drawn;
  drawn.size = *rc::gen::inRange<std::size_t>(1, 9);
  const auto nodes = rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, drawn.size));
  drawn.dependencies = *rc::gen::container<Edges>(drawn.size, nodes);
  drawn.dev_dependencies = *rc::gen::container<Edges>(drawn.size, nodes);
  return drawn;
}

// The packages in any order.
std::vector<std::size_t> shuffled(std::size_t size) {
  std::vector<std::size_t> nodes(size);
  std::iota(nodes.begin(), nodes.end(), std::size_t{0});
  for (std::size_t left = size; left > 1; --left) {
    std::swap(nodes[left - 1], nodes[*rc::gen::inRange<std::size_t>(0, left)]);
  }
  return nodes;
}

Json::Array names(const std::vector<std::size_t>& nodes) {
  Json::Array list;
  for (const std::size_t node : nodes) list.emplace_back(name(node));
  return list;
}

Workspace from_dart(const RandomPackages& drawn) {
  Json::Array config;
  Json::Array graph;
  for (const std::size_t node : shuffled(drawn.size)) {
    config.emplace_back(Json::Object{{"name", name(node)}, {"rootUri", "../packages/" + name(node) + "/"}});
  }
  for (const std::size_t node : shuffled(drawn.size)) {
    graph.emplace_back(Json::Object{{"name", name(node)},
                                    {"dependencies", names(drawn.dependencies[node])},
                                    {"devDependencies", names(drawn.dev_dependencies[node])}});
  }
  hooks::protocol::Faults faults;
  auto roots = workspace::read_package_config(Json::Object{{"configVersion", 2}, {"packages", config}},
                                              "/app/.dart_tool", faults);
  const auto needs = workspace::read_package_graph(Json::Object{{"packages", graph}}, faults);
  RC_ASSERT(faults.empty());
  Workspace workspace;
  workspace::connect(workspace, std::move(roots), needs);
  return workspace;
}

Workspace from_toml(const RandomPackages& drawn) {
  std::string text;
  for (const std::size_t node : shuffled(drawn.size)) {
    text += "[packages." + name(node) + "]\npath = 'packages/" + name(node) + "'\n";
    text += "dependencies = " + Json(names(drawn.dependencies[node])).to_string() + "\n";
    text += "dev-dependencies = " + Json(names(drawn.dev_dependencies[node])).to_string() + "\n";
  }
  hooks::protocol::Faults faults;
  workspace::GrapnelToml toml = workspace::read_grapnel_toml(text, "/app", faults);
  RC_ASSERT(faults.empty());
  Workspace workspace;
  workspace::connect(workspace, std::move(toml.roots), toml.needs);
  return workspace;
}

// "name root: direct dependencies" for each hook in order, or why there is no plan.
std::vector<std::string> plan_of(const Workspace& workspace, DevDependencies dev, HookKind kind,
                                 const std::vector<std::size_t>& hooks) {
  std::vector<const workspace::Package*> with_hook;
  for (const std::size_t node : hooks) with_hook.push_back(workspace.find(name(node)));
  std::vector<std::string> lines;
  try {
    for (const PlannedHook& hook : order(workspace, name(0), dev, kind, with_hook).hooks) {
      std::string line = hook.package->name + " " + hook.package->root.string() + ":";
      for (const workspace::Package* dependency : hook.direct_dependencies) line += " " + dependency->name;
      lines.push_back(std::move(line));
    }
  } catch (const ProjectError& error) {
    lines = {error.what()};
  }
  return lines;
}

RC_GTEST_PROP(SourcesProperty, DartsFilesAndGrapnelTomlGiveTheSamePlan, ()) {
  const RandomPackages drawn = draw();
  std::vector<std::size_t> hooks;
  for (std::size_t node = 0; node < drawn.size; ++node) {
    if (*rc::gen::arbitrary<bool>()) hooks.push_back(node);
  }
  const auto dev = *rc::gen::element(DevDependencies::no, DevDependencies::yes);
  const auto kind = *rc::gen::element(HookKind::build, HookKind::link);
  RC_ASSERT(plan_of(from_dart(drawn), dev, kind, hooks) == plan_of(from_toml(drawn), dev, kind, hooks));
}

}  // namespace
}  // namespace grapnel::plan
