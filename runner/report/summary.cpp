// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/summary.hpp"

#include "runner/report/failure_block.hpp"
#include "runner/report/progress.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::report {

namespace {

std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

void Summary::begin(Moment time) {
  if (!begun_) begun_ = time;
}

void Summary::add(const HookStarted& event) {
  if (started_++ > 0) return;
  cause_ = event.hook.package;
  if (!event.reasons.empty()) cause_ += ": " + describe(event.reasons.front());
}

void Summary::add(const HookFinished& event) {
  if (event.up_to_date) {
    ++up_to_date_;
    return;
  }
  switch (event.outcome.outcome_class) {
    case OutcomeClass::success:
      ++ran_;
      return;
    case OutcomeClass::skipped:
      ++skipped_;
      return;
    case OutcomeClass::canceled:
      ++canceled_;
      return;
    default:
      ++failed_;
  }
  HookFinished& kept = failures_.emplace_back();
  kept.hook = event.hook;
  kept.outcome = event.outcome;
  kept.log = event.log;
}

std::string Summary::line(Moment end, const Style& style) const {
  if (started_ == 0 && ran_ + failed_ + canceled_ == 0) return {};
  std::string line;
  const auto add = [&line](std::size_t count, const std::string& what) {
    if (count == 0) return;
    if (!line.empty()) line += ", ";
    line += std::to_string(count) + " " + what;
  };
  add(failed_, style.bad("failed"));
  add(canceled_, "canceled");
  add(up_to_date_, "up to date");
  add(ran_, "ran");
  if (ran_ == 1 && started_ == 1) {
    line += " (" + on_one_line(style.text(cause_)) + ")";
  } else if (ran_ > 1 && failed_ + canceled_ == 0) {
    line += " (" + on_one_line(style.text(cause_)) + ", and " + std::to_string(started_ - 1) + " more)";
  }
  add(skipped_, "skipped");
  if (begun_) line += " in " + shown_seconds(end - *begun_);
  return line;
}

std::string Summary::failures(const Style& style) const {
  if (failures_.empty() || (failures_.size() == 1 && !is_buried_)) return {};
  constexpr std::size_t kMost = 100;
  std::string lines = "grapnel: " + style.bad("failed:") + "\n";
  for (std::size_t i = 0; i < failures_.size() && i < kMost; ++i)
    lines += "  " + failure_line(failures_[i], style) + "\n";
  if (failures_.size() > kMost) lines += "  and " + std::to_string(failures_.size() - kMost) + " more\n";
  return lines;
}

}  // namespace grapnel::report
