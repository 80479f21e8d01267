// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/components.hpp"

#include <algorithm>
#include <limits>

namespace grapnel::plan {

namespace {

constexpr Node kNone = std::numeric_limits<Node>::max();

/// Tarjan's algorithm with a stack of its own.
class Tarjan {
 public:
  explicit Tarjan(const Graph& graph) : graph_(graph), index_(graph.size(), kNone), low_(graph.size()) {
    components_.of.assign(graph.size(), kNone);
  }

  Components run() && {
    for (Node node = 0; node < graph_.size(); ++node) {
      if (index_[node] == kNone) visit_from(node);
    }
    return std::move(components_);
  }

 private:
  struct Frame {
    Node node;
    std::size_t next_successor;
  };

  void visit_from(Node root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const Node node = frame.node;
      if (frame.next_successor == graph_[node].size()) {
        leave(node);
        continue;
      }
      const Node successor = graph_[node][frame.next_successor++];
      if (index_[successor] == kNone) {
        enter(successor);  // invalidates frame
      } else if (components_.of[successor] == kNone) {
        low_[node] = std::min(low_[node], index_[successor]);
      }
    }
  }

  void enter(Node node) {
    index_[node] = low_[node] = next_index_++;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void leave(Node node) {
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
    if (low_[node] != index_[node]) return;
    Node member = kNone;
    do {
      member = open_.back();
      open_.pop_back();
      components_.of[member] = static_cast<Node>(components_.count);
    } while (member != node);
    ++components_.count;
  }

  const Graph& graph_;
  std::vector<Node> index_;
  std::vector<Node> low_;
  std::vector<Node> open_;
  std::vector<Frame> frames_;
  Node next_index_ = 0;
  Components components_;
};

}  // namespace

Components strong_components(const Graph& graph) { return Tarjan(graph).run(); }

std::vector<Node> shortest_path(const Graph& graph, Node from, const std::vector<bool>& targets,
                                const std::vector<bool>& allowed) {
  std::vector<Node> came_from(graph.size(), kNone);
  std::vector<Node> queue{from};
  came_from[from] = from;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    for (const Node successor : graph[queue[next]]) {
      if (!allowed[successor] || came_from[successor] != kNone) continue;
      came_from[successor] = queue[next];
      if (!targets[successor]) {
        queue.push_back(successor);
        continue;
      }
      std::vector<Node> path{successor};
      while (path.back() != from) path.push_back(came_from[path.back()]);
      std::reverse(path.begin(), path.end());
      return path;
    }
  }
  return {};
}

}  // namespace grapnel::plan
