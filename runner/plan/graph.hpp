// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A directed graph of packages by number: what planning is made of. Nothing here recurses: ten thousand packages in
/// one chain are fine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace grapnel::plan {

using Node = std::uint32_t;
using Edge = std::pair<Node, Node>;

/// Nodes 0 to size() - 1 and their successors, ascending and each once. Immutable; in two blocks of memory, as a vector
/// a node costs most of a large plan's time.
class Graph {
 public:
  Graph(std::size_t size, const std::vector<Edge>& edges);

  [[nodiscard]] std::size_t size() const noexcept { return first_.size() - 1; }
  [[nodiscard]] std::span<const Node> operator[](std::size_t node) const noexcept {
    return {successors_.data() + first_[node], successors_.data() + first_[node + 1]};
  }
  /// The edges turned around.
  [[nodiscard]] Graph reversed() const;

 private:
  std::vector<std::size_t> first_;  ///< where the successors of each node begin
  std::vector<Node> successors_;
};

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
