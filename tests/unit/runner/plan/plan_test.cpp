// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/plan.hpp"

#include "runner/base/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::plan {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using workspace::Package;
using workspace::Workspace;

struct Node {
  std::string name;
  std::vector<std::string> dependencies;
  std::vector<std::string> dev_dependencies{};
};

Workspace make(const std::vector<Node>& nodes) {
  Workspace workspace;
  workspace.file = "/app/.dart_tool/package_config.json";
  std::vector<workspace::PackageRoot> roots;
  std::vector<workspace::PackageNeeds> needs;
  for (const Node& node : nodes) {
    roots.push_back({node.name, "/packages/" + node.name});
    needs.push_back({node.name, node.dependencies, node.dev_dependencies});
  }
  connect(workspace, std::move(roots), needs);
  return workspace;
}

std::vector<const Package*> packages(const Workspace& workspace, const std::vector<std::string>& names) {
  std::vector<const Package*> packages;
  for (const std::string& name : names) packages.push_back(workspace.find(name));
  return packages;
}

std::vector<std::string> names(const std::vector<PlannedHook>& plan) {
  std::vector<std::string> names;
  for (const PlannedHook& hook : plan) names.push_back(hook.package->name);
  return names;
}

std::vector<std::string> build_order(const Workspace& workspace, const std::vector<std::string>& with_hook,
                                     HookKind kind = HookKind::build, DevDependencies dev = DevDependencies::no) {
  return names(order(workspace, "app", dev, kind, packages(workspace, with_hook)).hooks);
}

std::string refusal(const Workspace& workspace, const std::vector<std::string>& with_hook,
                    HookKind kind = HookKind::build) {
  try {
    (void)order(workspace, "app", DevDependencies::no, kind, packages(workspace, with_hook));
    return "accepted";
  } catch (const ProjectError& error) {
    return error.what();
  }
}

std::vector<std::string> reachable_names(const Workspace& workspace, DevDependencies dev = DevDependencies::no) {
  std::vector<std::string> names;
  for (const Package* package : reachable(workspace, "app", dev)) names.push_back(package->name);
  return names;
}

TEST(Reachable, IsTheClosureOfTheRunPackage) {
  const Workspace workspace =
      make({{"app", {"b"}, {"dev"}}, {"b", {"a"}, {"unused"}}, {"a", {}}, {"dev", {"c"}}, {"c", {}}, {"other", {"a"}}});
  EXPECT_THAT(reachable_names(workspace), ElementsAre("a", "app", "b"));
  EXPECT_THAT(reachable_names(workspace, DevDependencies::yes), ElementsAre("a", "app", "b", "c", "dev"));
}

TEST(Reachable, RefusesNamesThatAreNotThere) {
  EXPECT_THAT(refusal(make({{"a", {}}}), {}),
              HasSubstr("there is no package 'app' in '/app/.dart_tool/package_config.json'"));
  EXPECT_THAT(refusal(make({{"app", {"b"}}}), {}),
              AllOf(HasSubstr("package 'app' depends on 'b', which is not in"), HasSubstr("get command")));
  Workspace stale;
  stale.package_config = "/app/.dart_tool/package_config.json";
  connect(stale, {{"app", "/app"}, {"b", "/b"}}, {{"app", {"b"}, {}}});
  EXPECT_THAT(refusal(stale, {}), AllOf(HasSubstr("package 'b' is in"), HasSubstr("not in package_graph.json")));
  // What the run package does not need may be wrong.
  EXPECT_THAT(reachable_names(make({{"app", {}, {"missing"}}, {"other", {"missing"}}})), ElementsAre("app"));
}

TEST(Order, PutsDependenciesFirstForBuildAndDependentsFirstForLink) {
  const Workspace workspace = make({{"app", {"b", "c"}}, {"b", {"d"}}, {"c", {"d"}}, {"d", {}}});
  EXPECT_THAT(build_order(workspace, {"app", "b", "c", "d"}), ElementsAre("d", "b", "c", "app"));
  EXPECT_THAT(build_order(workspace, {"app", "b", "c", "d"}, HookKind::link), ElementsAre("app", "b", "c", "d"));
}

TEST(Order, TakesThoseThatAreFreeByName) {
  const Workspace workspace = make({{"app", {"z", "y", "x"}}, {"x", {}}, {"y", {}}, {"z", {}}});
  EXPECT_THAT(build_order(workspace, {"z", "x", "y"}), ElementsAre("x", "y", "z"));
}

TEST(Order, LooksThroughPackagesWithoutAHook) {
  // a waits for z through m and n; nothing keeps b waiting.
  const Workspace workspace =
      make({{"app", {"a", "b"}}, {"a", {"m"}}, {"m", {"n"}}, {"n", {"z"}}, {"z", {}}, {"b", {}}});
  EXPECT_THAT(build_order(workspace, {"a", "b", "z"}), ElementsAre("b", "z", "a"));
  EXPECT_THAT(build_order(workspace, {"a", "b", "z"}, HookKind::link), ElementsAre("a", "b", "z"));
}

TEST(Order, APackageWithoutAHookNeverDelaysOneThatIsFree) {
  // 'a' is free from the start although the hookless 'z' stands below it.
  const Workspace workspace = make({{"app", {"a", "b"}}, {"a", {"z"}}, {"z", {}}, {"b", {}}});
  EXPECT_THAT(build_order(workspace, {"a", "b"}), ElementsAre("a", "b"));
}

TEST(Order, LeavesOutWhatTheRunPackageDoesNotNeed) {
  const Workspace workspace = make({{"app", {"a"}, {"dev"}}, {"a", {}}, {"dev", {}}, {"other", {}}});
  EXPECT_THAT(build_order(workspace, {"a", "dev", "other"}), ElementsAre("a"));
  EXPECT_THAT(build_order(workspace, {"a", "dev", "other"}, HookKind::build, DevDependencies::yes),
              ElementsAre("a", "dev"));
  EXPECT_THAT(build_order(workspace, {}), IsEmpty());
}

TEST(Order, NamesTheDirectDependenciesWithAndWithoutAHook) {
  const Workspace workspace =
      make({{"app", {"b", "a", "app"}, {"dev"}}, {"a", {"c"}}, {"b", {}}, {"c", {}}, {"dev", {}}});
  const auto plan =
      order(workspace, "app", DevDependencies::yes, HookKind::build, packages(workspace, {"app", "a"})).hooks;
  ASSERT_THAT(names(plan), ElementsAre("a", "app"));
  EXPECT_THAT(plan[0].direct_dependencies, ElementsAreArray(packages(workspace, {"c"})));
  EXPECT_THAT(plan[1].direct_dependencies, ElementsAreArray(packages(workspace, {"a", "b", "dev"})));
}

TEST(Order, RefusesACycleOfHooksAndShowsAllOfIt) {
  const Workspace workspace = make({{"app", {"c"}}, {"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}});
  EXPECT_THAT(refusal(workspace, {"a", "c"}), AllOf(HasSubstr("build hooks"), HasSubstr(": a -> b -> c -> a.")));
  EXPECT_THAT(refusal(workspace, {"b", "c"}, HookKind::link),
              AllOf(HasSubstr("link hooks"), HasSubstr(": b -> c -> a -> b.")));
}

TEST(Order, AllowsACycleWithAtMostOneHook) {
  const Workspace workspace = make({{"app", {"c"}}, {"a", {"b"}}, {"b", {"c", "d"}}, {"c", {"a"}}, {"d", {}}});
  EXPECT_THAT(build_order(workspace, {"app", "b", "d"}), ElementsAre("d", "b", "app"));
  EXPECT_THAT(build_order(workspace, {"app"}), ElementsAre("app"));
  EXPECT_THAT(build_order(make({{"app", {"app"}}}), {"app"}), ElementsAre("app"));
}

TEST(Order, ACycleThatNothingNeedsIsNoMatter) {
  EXPECT_THAT(build_order(make({{"app", {}}, {"a", {"b"}}, {"b", {"a"}}}), {"app", "a", "b"}), ElementsAre("app"));
}

TEST(Order, NamesTheFirstOfSeveralCycles) {
  const Workspace workspace = make({{"app", {"y", "b"}}, {"a", {"b"}}, {"b", {"a"}}, {"x", {"y"}}, {"y", {"x"}}});
  EXPECT_THAT(refusal(workspace, {"a", "b", "x", "y"}), AllOf(HasSubstr("a -> b -> a"), Not(HasSubstr("x -> y"))));
}

TEST(Order, TenThousandPackagesInOneChainOrCycleAreNoDanger) {
  constexpr int kPackages = 10'000;
  const auto name = [](int i) { return "p" + std::to_string(100'000 + i); };
  std::vector<Node> nodes{{"app", {name(0)}}};
  std::vector<std::string> all;
  for (int i = 0; i < kPackages; ++i) {
    nodes.push_back({name(i), {name(i + 1)}});
    all.push_back(name(i));
  }
  nodes.push_back({name(kPackages), {}});
  const std::vector<std::string> plan = build_order(make(nodes), all);
  ASSERT_EQ(plan.size(), all.size());
  EXPECT_EQ(plan.front(), name(kPackages - 1));
  EXPECT_EQ(plan.back(), name(0));

  nodes.back().dependencies = {name(0)};
  const std::string message = refusal(make(nodes), all);
  EXPECT_THAT(message, HasSubstr(name(0) + " -> " + name(1) + " -> "));
  EXPECT_THAT(message, HasSubstr(" -> " + name(kPackages) + " -> " + name(0)));
}

TEST(Order, WhatStandsBetweenHooksIsANodeAndNoMore) {
  // Each of many packages with a hook needs one without, which needs each of as many others with one: no edge for each
  // pair of hooks.
  constexpr std::size_t kMany = 300;
  std::vector<Node> nodes{{"app", {}}, {"middle", {}}};
  std::vector<std::string> with_hook;
  for (std::size_t i = 0; i < kMany; ++i) {
    const std::string above = "above" + std::to_string(i);
    const std::string below = "below" + std::to_string(i);
    nodes[0].dependencies.push_back(above);
    nodes[1].dependencies.push_back(below);
    nodes.push_back({above, {"middle"}});
    nodes.push_back({below, {}});
    with_hook.insert(with_hook.end(), {above, below});
  }
  const Workspace workspace = make(nodes);
  const Plan plan = order(workspace, "app", DevDependencies::no, HookKind::build, packages(workspace, with_hook));
  ASSERT_EQ(plan.hooks.size(), 2 * kMany);
  EXPECT_EQ(plan.waiters.size(), nodes.size());
  std::size_t edges = 0;
  for (std::size_t node = 0; node < plan.waiters.size(); ++node) edges += plan.waiters[node].size();
  EXPECT_EQ(edges, 3 * kMany);
}

}  // namespace
}  // namespace grapnel::plan
