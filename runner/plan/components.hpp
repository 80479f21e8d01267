// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What planning asks of a graph. Nothing here recurses: ten thousand packages in one chain are fine.
#pragma once

#include "runner/base/graph.hpp"

#include <cstddef>
#include <vector>

namespace grapnel::plan {

/// The strongly connected components, numbered so that each comes after all that it leads to.
struct Components {
  std::vector<Node> of;  ///< node to component
  std::size_t count = 0;
};
[[nodiscard]] Components strong_components(const Graph& graph);

/// The nodes of a shortest path from `from` to the nearest node of `targets` other than `from`, both ends included,
/// through nodes that `allowed` says; empty where there is none. Both masks have one entry a node.
[[nodiscard]] std::vector<Node> shortest_path(const Graph& graph, Node from, const std::vector<bool>& targets,
                                              const std::vector<bool>& allowed);

}  // namespace grapnel::plan
