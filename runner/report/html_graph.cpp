// SPDX-License-Identifier: BSD-3-Clause
// The graph in layers: a hook stands right of all that it waits for.
#include "runner/report/facts.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/html_page.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/time_text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace grapnel::report {

namespace {

constexpr std::size_t kMostNodes = 150;  // more is no picture that a person can read
constexpr std::size_t kMostArrows = 1000;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kBox = 150;
constexpr std::size_t kColumn = 210;
constexpr std::size_t kRow = 30;
constexpr std::size_t kHeight = 22;

class Graph {
 public:
  explicit Graph(const Model& model) : model_(model), node_of_(model.hooks.size(), kNone) {
    choose();
    std::vector<std::size_t> layer_of(shown_.size());
    for (std::size_t node = 0; node < shown_.size(); ++node) {
      // Places are in an order in which hooks could run; what says otherwise gets no arrow, so there is no circle.
      for (const std::size_t giver : givers_of(node)) {
        layer_of[node] = std::max(layer_of[node], layer_of[node_of_[giver]] + 1);
      }
      if (layers_.size() <= layer_of[node]) layers_.resize(layer_of[node] + 1);
      layers_[layer_of[node]].push_back(node);
    }
    arrange();
  }

  void write(std::string& out) const {
    if (shown_.size() < 2) return;
    std::size_t rows = 0;
    for (const auto& layer : layers_) rows = std::max(rows, layer.size());
    const std::string width = std::to_string(layers_.size() * kColumn - (kColumn - kBox) + 20);
    const std::string height = std::to_string(rows * kRow + 14);
    if (shown_.size() < model_.hooks.size()) {
      out += "<p class=\"quiet\">" + std::to_string(shown_.size()) + " of " + std::to_string(model_.hooks.size()) +
             " hooks: what failed, the critical path, what these wait for, and what took longest.</p>\n";
    }
    out += R"(<div class="wide graph"><svg width=")" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width +
           " " + height + "\" role=\"img\" aria-label=\"Who waits for whom\">\n";
    write_arrows(out);
    for (std::size_t node = 0; node < shown_.size(); ++node) write_node(out, node);
    out += "</svg></div>\n";
  }

 private:
  struct Point {
    std::size_t x = 0;
    std::size_t y = 0;
  };

  void choose() {
    std::vector<bool> is_shown(model_.hooks.size());
    std::size_t count = 0;
    const auto show = [&](const std::vector<std::size_t>& places) {
      for (const std::size_t place : places) {
        if (count == kMostNodes) return;
        if (runs_alone(model_.hooks[place].id.kind)) continue;  // it waits for nobody
        if (!is_shown[place]) ++count;
        is_shown[place] = true;
      }
    };
    path_ = critical_path(model_);
    std::vector<std::size_t> rest(model_.hooks.size());
    for (std::size_t place = 0; place < rest.size(); ++place) rest[place] = place;
    std::stable_sort(rest.begin(), rest.end(), [&](std::size_t left, std::size_t right) {
      return model_.hooks[left].end.duration > model_.hooks[right].end.duration;
    });
    std::vector<std::size_t> failed = failed_hooks(model_);
    failed.resize(std::min(failed.size(), kMostNodes / 2));
    show(failed);
    show(path_);
    // What these wait for keeps the picture together.
    std::vector<std::size_t> chosen = failed;
    chosen.insert(chosen.end(), path_.begin(), path_.end());
    for (std::size_t i = 0; i < chosen.size() && count < kMostNodes; ++i) {
      for (const std::size_t giver : model_.hooks[chosen[i]].waits_for) {
        if (!is_shown[giver]) chosen.push_back(giver);
        show({giver});
      }
    }
    show(rest);
    for (std::size_t place = 0; place < is_shown.size(); ++place) {
      if (!is_shown[place]) continue;
      node_of_[place] = shown_.size();
      shown_.push_back(place);
    }
  }

  [[nodiscard]] std::vector<std::size_t> givers_of(std::size_t node) const {
    std::vector<std::size_t> givers;
    for (const std::size_t giver : model_.hooks[shown_[node]].waits_for) {
      if (giver < shown_[node] && node_of_[giver] != kNone) givers.push_back(giver);
    }
    return givers;
  }

  // Nodes stand at about the height of what they wait for.
  void arrange() {
    points_.resize(shown_.size());
    for (std::size_t column = 0; column < layers_.size(); ++column) {
      std::vector<std::size_t>& layer = layers_[column];
      std::vector<std::size_t> height(shown_.size());
      for (const std::size_t node : layer) {
        const std::vector<std::size_t> givers = givers_of(node);
        for (const std::size_t giver : givers) height[node] += points_[node_of_[giver]].y;
        if (!givers.empty()) height[node] /= givers.size();
      }
      std::stable_sort(layer.begin(), layer.end(),
                       [&](std::size_t left, std::size_t right) { return height[left] < height[right]; });
      for (std::size_t row = 0; row < layer.size(); ++row) {
        points_[layer[row]] = {10 + column * kColumn, 10 + row * kRow};
      }
    }
  }

  [[nodiscard]] bool is_on_path(std::size_t giver, std::size_t waiter) const {
    const auto at = std::find(path_.begin(), path_.end(), waiter);
    return at != path_.end() && at != path_.begin() && *std::prev(at) == giver;
  }

  void write_arrows(std::string& out) const {
    std::size_t arrows = 0;
    for (std::size_t node = 0; node < shown_.size(); ++node) {
      const Point to = points_[node];
      for (const std::size_t giver : givers_of(node)) {
        if (++arrows > kMostArrows) return;
        const Point from = points_[node_of_[giver]];
        const std::string middle = std::to_string((from.x + kBox + to.x) / 2);
        const std::string y_from = std::to_string(from.y + kHeight / 2);
        const std::string y_to = std::to_string(to.y + kHeight / 2);
        out += std::string("<path class=\"arrow") + (is_on_path(giver, shown_[node]) ? " critical" : "") + "\" d=\"M" +
               std::to_string(from.x + kBox) + " " + y_from + "C" + middle + " " + y_from + " " + middle + " " + y_to +
               " " + std::to_string(to.x) + " " + y_to + "\"/>\n";
      }
    }
  }

  void write_node(std::string& out, std::size_t node) const {
    const HookModel& hook = model_.hooks[shown_[node]];
    const bool is_critical = std::find(path_.begin(), path_.end(), shown_[node]) != path_.end();
    const auto [x, y] = points_[node];
    const std::string place = "x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\"";
    constexpr std::size_t kLetters = 20;
    out += "<g><title>" + html_line(title_of(hook.id)) + ": " + html_word(model_, hook);
    if (hook.started) out += ", " + duration_words(hook.end.duration);
    out += std::string("</title><rect class=\"node") + (is_critical ? " critical" : "") + "\" " + place + " width=\"" +
           std::to_string(kBox) + "\" height=\"" + std::to_string(kHeight) + R"(" rx="3"/><rect class=")" +
           std::string(html_class(model_, hook)) + "\" " + place + R"( width="6" height=")" + std::to_string(kHeight) +
           "\"/><text x=\"" + std::to_string(x + 11) + "\" y=\"" + std::to_string(y + 15) + "\">" +
           html_line(hook.id.package, kLetters) + "</text></g>\n";
  }

  const Model& model_;
  std::vector<std::size_t> node_of_;  ///< by place
  std::vector<std::size_t> shown_;    ///< places, by node
  std::vector<std::size_t> path_;
  std::vector<std::vector<std::size_t>> layers_;  ///< nodes
  std::vector<Point> points_;                     ///< by node
};

}  // namespace

void add_graph(std::string& out, const Model& model) { Graph(model).write(out); }

}  // namespace grapnel::report
