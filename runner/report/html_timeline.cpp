// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/facts.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/html_page.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::report {

namespace {

using std::chrono::nanoseconds;

// In units of the picture.
constexpr double kLeft = 84;
constexpr double kWidth = 1200;
constexpr double kChart = 70;
constexpr double kAxis = 22;

// Two digits behind the point, cut, whatever the locale.
std::string number(double value) {
  const std::int64_t hundredths = static_cast<std::int64_t>(std::max(value, 0.0) * 100);
  std::string text = std::to_string(hundredths / 100);
  if (hundredths % 100 != 0) {
    const std::string rest = std::to_string(hundredths % 100 + 100).substr(1);
    text += "." + rest;
  }
  return text;
}

class Timeline {
 public:
  explicit Timeline(const Model& model) : model_(model), is_critical_(model.hooks.size()) {
    end_ = std::max(model.since_start(model.now), nanoseconds(1'000'000));
    for (const std::size_t place : critical_path(model)) is_critical_[place] = true;
    for (const HookModel& hook : model.hooks) {
      if (!hook.started) continue;
      jobs_ = std::max(jobs_, hook.slot + 1);
    }
    constexpr std::size_t kFewJobs = 40;
    row_ = jobs_ <= kFewJobs ? 24 : 8;
  }

  void write(std::string& out) && {
    if (jobs_ == 0) return;
    const double rows = static_cast<double>(jobs_) * row_;
    const double path_row = kAxis + rows + 6;
    const bool has_path = std::find(is_critical_.begin(), is_critical_.end(), true) != is_critical_.end();
    const double chart = path_row + (has_path ? row_ : 0) + 10;
    const double height = chart + kChart + 10;
    out += R"(<div class="wide"><svg class="timeline" viewBox="0 0 )" + number(kWidth) + " " + number(height) +
           "\" role=\"img\" aria-label=\"Hooks on their jobs over time\">\n";
    write_axis(out, height);
    for (std::size_t job = 0; job < jobs_; ++job) {
      if (row_ > 20) write_label(out, kAxis + static_cast<double>(job) * row_, "job " + std::to_string(job + 1));
    }
    if (has_path) write_label(out, path_row, "critical");
    for (std::size_t place = 0; place < model_.hooks.size(); ++place) {
      const HookModel& hook = model_.hooks[place];
      if (!hook.started) continue;
      write_hook(out, hook, kAxis + static_cast<double>(hook.slot) * row_, is_critical_[place]);
      if (!is_critical_[place]) continue;
      write_bar(out, hook, path_row, "");
      write_name(out, hook, path_row);
    }
    write_chart(out, chart);
    out += "</svg></div>\n";
  }

 private:
  [[nodiscard]] double x_of(Moment moment) const {
    const double share = static_cast<double>(model_.since_start(moment).count()) / static_cast<double>(end_.count());
    return kLeft + std::clamp(share, 0.0, 1.0) * (kWidth - kLeft - 10);
  }

  // Not beyond ten of them.
  [[nodiscard]] nanoseconds step() const {
    nanoseconds step(1'000'000);
    constexpr std::array<int, 3> kFactors{2, 5, 10};
    for (nanoseconds decade = step;; decade *= 10) {
      step = decade;
      if (end_ / step <= 10 || decade.count() > INT64_MAX / 100) return step;
      for (const int factor : kFactors) {
        step = decade * factor;
        if (end_ / step <= 10) return step;
      }
    }
  }

  void write_axis(std::string& out, double height) const {
    const nanoseconds one = step();
    for (nanoseconds at(0); at <= end_; at += one) {
      const std::string x = number(x_of(model_.command.time + at));
      out += R"(<line class="grid" x1=")" + x + "\" x2=\"" + x + R"(" y1="16" y2=")" + number(height) + "\"/>";
      out += R"(<text class="quiet" x=")" + x + R"(" y="12">)" + duration_words(at) + "</text>\n";
    }
  }

  void write_label(std::string& out, double y, const std::string& text) const {
    out += R"(<text class="quiet" x="6" y=")" + number(y + std::min(row_, 24.0) * 0.68) + "\">" + text + "</text>\n";
  }

  void write_rect(std::string& out, const std::string& classes, double from, double to, double y, double inset) const {
    out += "<rect class=\"" + classes + "\" x=\"" + number(from) + "\" y=\"" + number(y + inset) + "\" width=\"" +
           number(std::max(to - from, 0.6)) + "\" height=\"" + number(row_ - 2 * inset) + "\"";
  }

  void write_bar(std::string& out, const HookModel& hook, double y, const std::string& more) const {
    const double from = x_of(*hook.started);
    const double to = std::max(x_of(hook.ended.value_or(model_.now)), from);
    write_rect(out, "bar " + std::string(html_class(model_, hook)) + more, from, to, y, 2);
    out += "><title>" + html_line(title_of(hook.id)) + ": " + html_word(model_, hook) + ", " +
           duration_words(hook.ended.value_or(model_.now) - *hook.started);
    if (!hook.end.attempts.empty()) out += ", " + std::to_string(hook.end.attempts.size() + 1) + " tries";
    if (!hook.reasons.empty()) out += "; " + html_line(describe(hook.reasons.front()), 300);
    out += "</title></rect>";
    out += "\n";
  }

  void write_name(std::string& out, const HookModel& hook, double y) const {
    const double from = x_of(*hook.started);
    const double to = x_of(hook.ended.value_or(model_.now));
    // As much of the name as has room; less than a few letters tell nothing.
    constexpr double kLetter = 6.6;
    const auto room = static_cast<std::size_t>(std::max(to - from - 8, 0.0) / kLetter);
    if (row_ > 20 && (room >= hook.id.package.size() || room >= 7)) {
      out += R"(<text class="on-bar" x=")" + number(from + 4) + "\" y=\"" + number(y + 16) + "\">" +
             html_line(hook.id.package, room + 2) + "</text>\n";
    }
  }

  void write_hook(std::string& out, const HookModel& hook, double y, bool is_critical) const {
    write_bar(out, hook, y, is_critical ? " critical" : "");
    const std::vector<Try> tries = tries_of(hook);
    for (std::size_t i = 0; i + 1 < tries.size(); ++i) {
      const Try& one = tries[i];
      write_rect(out, std::string(name_of(one.outcome.outcome_class)), x_of(one.began), x_of(one.began + one.duration),
                 y, 4);
      out +=
          "><title>attempt " + std::to_string(i + 1) + ": " + html_line(one.outcome.reason, 300) + "</title></rect>\n";
    }
    for (std::size_t i = 0; i < hook.steps.size(); ++i) {
      if (hook.steps[i].what == "run") continue;
      const Moment end = i + 1 < hook.steps.size() ? hook.steps[i + 1].time : hook.ended.value_or(model_.now);
      const double from = x_of(hook.steps[i].time);
      write_rect(out, "compile", from, std::max(x_of(end), from), y, 2);
      out += "/>\n";
    }
    write_name(out, hook, y);
  }

  // How many run, and how many could if there were jobs for them.
  void write_chart(std::string& out, double top) const {
    std::vector<std::pair<Moment, int>> running;
    std::vector<std::pair<Moment, int>> ready;
    for (const HookModel& hook : model_.hooks) {
      if (!hook.started) continue;
      const Moment end = std::max(hook.ended.value_or(model_.now), *hook.started);
      running.emplace_back(*hook.started, 1);
      running.emplace_back(end, -1);
      ready.emplace_back(ready_at(hook), 1);
      ready.emplace_back(*hook.started, -1);
    }
    // A long queue must not flatten what runs: it is cut at the top.
    const int busiest = std::max(peak_of(running), 1);
    const int most = std::clamp(peak_of(ready), busiest, 2 * busiest);
    write_label(out, top + kChart - kChart * busiest / most, std::to_string(busiest) + " at once");
    write_steps(out, "running", running, top, most);
    write_steps(out, "ready", ready, top, most);
  }

  [[nodiscard]] Moment ready_at(const HookModel& hook) const {
    Moment ready = model_.command.time;
    if (runs_alone(hook.id.kind)) return *hook.started;
    if (const RunModel* const run = run_of(model_, hook)) ready = run->started;
    for (const std::size_t giver : hook.waits_for) ready = std::max(ready, model_.hooks[giver].ended.value_or(ready));
    return std::min(ready, *hook.started);
  }

  static int peak_of(std::vector<std::pair<Moment, int>>& changes) {
    std::sort(changes.begin(), changes.end());
    int now = 0;
    int most = 0;
    for (const auto& change : changes) most = std::max(most, now += change.second);
    return most;
  }

  void write_steps(std::string& out, const char* name, const std::vector<std::pair<Moment, int>>& changes, double top,
                   int most) const {
    out += std::string("<path class=\"") + name + "\" d=\"M" + number(kLeft) + " " + number(top + kChart);
    int now = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      now += changes[i].second;
      // What happens within the same point of the picture is drawn once.
      if (i + 1 < changes.size() && x_of(changes[i + 1].first) - x_of(changes[i].first) < 0.2) continue;
      out += "H" + number(x_of(changes[i].first)) + "V" + number(top + kChart - kChart * std::min(now, most) / most);
    }
    out += "\"/>\n";
  }

  const Model& model_;
  std::vector<bool> is_critical_;
  nanoseconds end_{};
  std::size_t jobs_ = 0;
  double row_ = 24;
};

}  // namespace

void add_timeline(std::string& out, const Model& model) { Timeline(model).write(out); }

}  // namespace grapnel::report
