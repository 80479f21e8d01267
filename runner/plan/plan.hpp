// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which hooks run, and in which order. Pure: no files, no processes (spec: dart-hooks, sections 4.1 to 4.3).
#pragma once

#include "runner/base/graph.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/events.hpp>
#include <grapnel/runner.hpp>

#include <string>
#include <vector>

namespace grapnel::plan {

/// The packages that the run package needs: its transitive closure, itself included, sorted by name. Dev
/// dependencies count for the run package alone. Throws ProjectError where a package is not in the workspace, or has no
/// entry in its graph.
[[nodiscard]] std::vector<const workspace::Package*> reachable(const workspace::Workspace& workspace,
                                                               const std::string& root_package,
                                                               DevDependencies dev_dependencies);

/// One hook of a plan.
struct PlannedHook {
  const workspace::Package* package;                           ///< borrowed from the workspace
  std::vector<const workspace::Package*> direct_dependencies;  ///< of that package, with a hook or without, by name
};

/// The graph of hooks to run.
struct Plan {
  std::vector<PlannedHook> hooks;  ///< in an order in which they could run one after another
  /// Who waits for whom. Node i < hooks.size() is the hook at i; the nodes behind them have no hook and take no time:
  /// packages, or whole cycles of packages, that stand between hooks. An edge goes from a node to one that waits for
  /// it.
  Graph waiters;
};

/// Orders the hooks of kind `kind` of `with_hook` (packages of the workspace): for build dependencies first, for link
/// dependents first, also where packages without a hook stand between them. Among hooks that are free to run, by name;
/// so the same graph gives the same plan, however its files are ordered. A cycle of packages is fine as long as at most
/// one of it has this hook; otherwise throws ProjectError that shows the whole cycle ("a -> b -> a"). Time and memory
/// are linear in the size of the graph.
[[nodiscard]] Plan order(const workspace::Workspace& workspace, const std::string& root_package,
                         DevDependencies dev_dependencies, HookKind kind,
                         const std::vector<const workspace::Package*>& with_hook);

}  // namespace grapnel::plan
