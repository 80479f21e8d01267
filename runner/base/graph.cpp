// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/graph.hpp"

#include <algorithm>

namespace grapnel {

Graph::Graph(std::size_t size, const std::vector<Edge>& edges) : first_(size + 1), successors_(edges.size()) {
  for (const Edge& edge : edges) ++first_[edge.first + 1];
  for (std::size_t node = 0; node < size; ++node) first_[node + 1] += first_[node];
  std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
  for (const Edge& edge : edges) successors_[next[edge.first]++] = edge.second;

  // Sorts the successors of each node and closes the gaps that duplicates leave.
  auto end = successors_.begin();
  for (std::size_t node = 0; node < size; ++node) {
    const auto begin = successors_.begin() + static_cast<std::ptrdiff_t>(first_[node]);
    const auto stop = successors_.begin() + static_cast<std::ptrdiff_t>(next[node]);
    std::sort(begin, stop);
    first_[node] = static_cast<std::size_t>(end - successors_.begin());
    end = std::move(begin, std::unique(begin, stop), end);
  }
  first_[size] = static_cast<std::size_t>(end - successors_.begin());
  successors_.erase(end, successors_.end());
}

Graph Graph::reversed() const {
  std::vector<Edge> edges;
  edges.reserve(successors_.size());
  for (Node node = 0; node < size(); ++node) {
    for (const Node successor : (*this)[node]) edges.emplace_back(successor, node);
  }
  return {size(), edges};
}

}  // namespace grapnel
