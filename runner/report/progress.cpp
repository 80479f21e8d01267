// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/progress.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/report/cells.hpp"

#include <algorithm>

namespace grapnel::report {

namespace {

constexpr std::size_t kWidest = 120;  // of a line: wider than that nobody reads, and a narrower window wraps it
constexpr std::size_t kUsualWidth = 80;

// A text in parts that look different, cut to a width.
class Painter {
 public:
  explicit Painter(std::size_t width) : left_(width) {}

  void add(std::string_view text, const auto& paint) {
    if (left_ == 0 || text.empty()) return;
    const std::string fits = cut_to_cells(text, left_);
    const std::size_t cells = cells_of(std::string_view(fits));
    // A wide character that did not fit leaves a cell; nothing may follow what was cut.
    left_ = fits.size() < text.size() || fits != text ? 0 : left_ - cells;
    line_.cells += cells;
    line_.text += paint(fits);
  }
  void add(std::string_view text) {
    add(text, [](const std::string& plain) { return plain; });
  }
  Region::Line line() { return std::move(line_); }

 private:
  std::size_t left_;
  Region::Line line_;
};

// The end of what a hook printed: its last line that is not empty, short.
std::string last_line(std::string_view text) {
  constexpr std::size_t kLooked = 4096;
  constexpr std::size_t kKept = 240;
  if (text.size() > kLooked) text.remove_prefix(text.size() - kLooked);
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return {};
  text = text.substr(0, last + 1);
  text.remove_prefix(text.rfind('\n') + 1);
  // What draws its own progress returns to the beginning of its line: only what it drew last counts.
  text.remove_prefix(text.rfind('\r') + 1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::string line = visible_text(text.substr(0, kKept));
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

std::string name_of(const RunningHook& hook) {
  std::string name = visible_text(hook.id.package.substr(0, kWidest));
  if (hook.id.kind != HookKind::build) name += " (" + std::string(grapnel::name_of(hook.id.kind)) + ")";
  return name;
}

std::string without_tabs_and_newlines(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return text;
}

}  // namespace

std::string shown_age(std::chrono::nanoseconds duration) {
  const auto seconds = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count(), 0);
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kInSeconds = 120;
  if (seconds < kInSeconds) return std::to_string(seconds) + " s";
  const std::string rest = std::to_string(seconds % kMinute);
  return std::to_string(seconds / kMinute) + " min " + std::string(2 - rest.size(), '0') + rest + " s";
}

std::string shown_seconds(std::chrono::nanoseconds duration) {
  constexpr auto kInTenths = std::chrono::seconds(10);
  constexpr auto kTenth = std::chrono::milliseconds(100);
  if (duration >= kInTenths) return shown_age(duration);
  const auto tenths = std::max<std::int64_t>(duration / kTenth, 0);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

void Progress::add(const RunStarted& event) {
  *this = {};
  kind_ = event.kind;
  all_ = event.hooks.size();
  is_over_ = false;
  since_ = event.time;
}

void Progress::add(const HookStarted& event) { running_.push_back({.id = event.hook, .since = event.time}); }

void Progress::add(const HookOutput& event) {
  const auto hook =
      std::find_if(running_.begin(), running_.end(), [&](const RunningHook& one) { return one.id == event.hook; });
  if (hook == running_.end()) return;
  std::string line = last_line(event.text);
  if (!line.empty()) hook->last_line = std::move(line);
}

void Progress::add(const HookFinished& event) {
  std::erase_if(running_, [&](const RunningHook& one) { return one.id == event.hook; });
  ++done_;
  const OutcomeClass end = event.outcome.outcome_class;
  if (end != OutcomeClass::success && end != OutcomeClass::skipped) ++failed_;
}

void Progress::add(const RunFinished& /*event*/) {
  is_over_ = true;
  running_.clear();
}

std::vector<Region::Line> Progress::lines(const Tick& tick, const WindowSize& window, const Style& style) const {
  const std::size_t columns = window.columns == 0 ? kUsualWidth : window.columns;
  // The last column stays empty: some terminals go to the next line when it is full.
  const std::size_t width = std::clamp<std::size_t>(columns - 1, 1, kWidest);
  std::size_t most = kMostProgressLines;
  // One row at least stays for what is above.
  if (window.rows > 0) most = std::clamp<std::size_t>(window.rows - 1, 1, most);

  const auto good = [&](const std::string& text) { return style.good(text); };
  const auto busy = [&](const std::string& text) { return style.busy(text); };
  const auto bad = [&](const std::string& text) { return style.bad(text); };
  const auto faint = [&](const std::string& text) { return style.faint(text); };

  const std::size_t all = std::max(all_, done_ + running_.size());
  const std::size_t waiting = all - done_ - running_.size();
  std::vector<Region::Line> picture;
  {
    Painter painter(width);
    constexpr std::size_t kNarrow = 60;
    const std::size_t bar = width < kNarrow ? 0 : 20;
    if (bar > 0 && all > 0) {
      const std::size_t done_cells = done_ * bar / all;
      const std::size_t run_cells = (done_ + running_.size()) * bar / all - done_cells;
      painter.add("[");
      painter.add(std::string(done_cells, '#'), good);
      painter.add(std::string(run_cells, '>'), busy);
      painter.add(std::string(bar - done_cells - run_cells, '-'), faint);
      painter.add("] ");
    }
    painter.add(std::string(grapnel::name_of(kind_)) + " " + std::to_string(done_) + "/" + std::to_string(all));
    painter.add(", " + std::to_string(running_.size()) + " running");
    if (waiting > 0) painter.add(", " + std::to_string(waiting) + " waiting");
    if (failed_ > 0) painter.add(", " + std::to_string(failed_) + " failed", bad);
    painter.add(", " + std::to_string(tick.jobs) + (tick.jobs == 1 ? " job" : " jobs"));
    if (tick.tokens > 0) painter.add(", " + std::to_string(tick.tokens) + (tick.tokens == 1 ? " token" : " tokens"));
    painter.add(", " + shown_age(tick.time - since_));
    picture.push_back(painter.line());
  }
  const std::size_t places = most - 1;
  const std::size_t shown = running_.size() <= places ? running_.size() : places - std::min<std::size_t>(places, 1);
  for (std::size_t i = 0; i < shown; ++i) {
    const RunningHook& hook = running_[i];
    Painter painter(width);
    painter.add("  " + without_tabs_and_newlines(name_of(hook)),
                [&](const std::string& text) { return style.strong(text); });
    painter.add(" " + shown_age(tick.time - hook.since));
    if (!hook.last_line.empty()) painter.add("  " + hook.last_line, faint);
    picture.push_back(painter.line());
  }
  if (shown < running_.size() && picture.size() < most) {
    Painter painter(width);
    painter.add("  and " + std::to_string(running_.size() - shown) + " more");
    picture.push_back(painter.line());
  }
  return picture;
}

}  // namespace grapnel::report
