// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A directed graph of packages by number: what planning is made of. Nothing here recurses: ten thousand packages in
/// one chain are fine.
#pragma once

#include <cstddef>
#include <vector>

namespace grapnel::plan {

/// Successors of each node; for packages: what it depends on. The order of nodes and of successors is the order by
/// name, so that results do not depend on the order in a file.
using Graph = std::vector<std::vector<std::size_t>>;

/// The strongly connected components, each after all that it depends on.
struct Components {
  std::vector<std::vector<std::size_t>> members;  ///< sorted
  std::vector<std::size_t> of;                    ///< node to component
};
[[nodiscard]] Components strong_components(const Graph& graph);

/// The edges turned around.
[[nodiscard]] Graph reversed(const Graph& graph);

/// The nodes of a shortest path from `from` to the nearest node of `targets` other than `from`, both ends included,
/// through nodes that `allowed` says; empty where there is none. Both masks have one entry a node.
[[nodiscard]] std::vector<std::size_t> shortest_path(const Graph& graph, std::size_t from,
                                                     const std::vector<bool>& targets,
                                                     const std::vector<bool>& allowed);

}  // namespace grapnel::plan
