// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/summary.hpp"

#include "runner/report/failure_block.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/progress.hpp"

#include <algorithm>
#include <utility>

namespace grapnel::report {

namespace {

constexpr std::size_t kMostFailures = 100;  // more are counted

std::string without_newlines(std::string text) {
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
  const std::vector<Reason> reasons = told_reasons(event);
  if (!reasons.empty()) cause_ += ": " + describe(reasons.front());
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
  if (failures_.size() == kMostFailures) return;
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
    line += " (" + without_newlines(style.text(cause_)) + ")";
  } else if (ran_ > 1 && failed_ + canceled_ == 0) {
    line += " (" + without_newlines(style.text(cause_)) + ", and " + std::to_string(started_ - 1) + " more)";
  }
  add(skipped_, "skipped");
  if (begun_) line += " in " + shown_seconds(end - *begun_);
  return line;
}

std::string Summary::failures(const Style& style) const {
  if (failures_.empty() || (failures_.size() == 1 && !is_buried_)) return {};
  std::string lines = "grapnel: " + style.bad("failed:") + "\n";
  for (const HookFinished& failure : failures_) lines += "  " + failure_line(failure, style) + "\n";
  if (failed_ > failures_.size()) lines += "  and " + std::to_string(failed_ - failures_.size()) + " more\n";
  return lines;
}

}  // namespace grapnel::report
