// SPDX-License-Identifier: BSD-3-Clause
#include "runner/plan/graph.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace grapnel::plan {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Tarjan's algorithm with a stack of its own.
class Tarjan {
 public:
  explicit Tarjan(const Graph& graph) : graph_(graph), index_(graph.size(), kNone), low_(graph.size()) {
    components_.of.assign(graph.size(), kNone);
  }

  Components run() && {
    for (std::size_t node = 0; node < graph_.size(); ++node) {
      if (index_[node] == kNone) visit_from(node);
    }
    return std::move(components_);
  }

 private:
  struct Frame {
    std::size_t node;
    std::size_t next_successor;
  };

  void visit_from(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next_successor == graph_[frame.node].size()) {
        leave(frame.node);
        continue;
      }
      const std::size_t node = frame.node;
      const std::size_t successor = graph_[node][frame.next_successor++];
      if (index_[successor] == kNone) {
        enter(successor);  // invalidates frame
      } else if (components_.of[successor] == kNone) {
        low_[node] = std::min(low_[node], index_[successor]);
      }
    }
  }

  void enter(std::size_t node) {
    index_[node] = low_[node] = next_index_++;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void leave(std::size_t node) {
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
    if (low_[node] != index_[node]) return;
    std::vector<std::size_t> members;
    std::size_t member = kNone;
    do {
      member = open_.back();
      open_.pop_back();
      components_.of[member] = components_.members.size();
      members.push_back(member);
    } while (member != node);
    std::sort(members.begin(), members.end());
    components_.members.push_back(std::move(members));
  }

  const Graph& graph_;
  std::vector<std::size_t> index_;
  std::vector<std::size_t> low_;
  std::vector<std::size_t> open_;
  std::vector<Frame> frames_;
  std::size_t next_index_ = 0;
  Components components_;
};

}  // namespace

Components strong_components(const Graph& graph) { return Tarjan(graph).run(); }

Graph reversed(const Graph& graph) {
  Graph result(graph.size());
  for (std::size_t node = 0; node < graph.size(); ++node) {
    for (const std::size_t successor : graph[node]) result[successor].push_back(node);
  }
  return result;
}

std::vector<std::size_t> shortest_path(const Graph& graph, std::size_t from, const std::vector<bool>& targets,
                                       const std::vector<bool>& allowed) {
  std::vector<std::size_t> came_from(graph.size(), kNone);
  std::vector<std::size_t> queue{from};
  came_from[from] = from;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    for (const std::size_t successor : graph[queue[next]]) {
      if (!allowed[successor] || came_from[successor] != kNone) continue;
      came_from[successor] = queue[next];
      if (!targets[successor]) {
        queue.push_back(successor);
        continue;
      }
      std::vector<std::size_t> path{successor};
      while (path.back() != from) path.push_back(came_from[path.back()]);
      std::reverse(path.begin(), path.end());
      return path;
    }
  }
  return {};
}

}  // namespace grapnel::plan
