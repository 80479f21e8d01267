// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A directed graph by number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace grapnel {

using Node = std::uint32_t;
using Edge = std::pair<Node, Node>;

/// Nodes 0 to size() - 1 and their successors, ascending and each once. Immutable once made; in two blocks of memory:
/// a vector a node would cost a large graph most of its time.
class Graph {
 public:
  Graph() : first_(1) {}
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

}  // namespace grapnel
