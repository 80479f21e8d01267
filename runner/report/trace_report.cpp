// SPDX-License-Identifier: BSD-3-Clause
// Chrome's trace format, an event a line: {"traceEvents": [...]}. Slices of one track nest: tries within hooks, steps
// within tries. Times are microseconds since the command began, with the nanoseconds behind the point, so that what
// begins and ends together does so to the last digit.
//
// Tracks (tid): 0 the runs; 1 to N the jobs; then the critical path, and the hooks that did not run.
#include "runner/report/facts.hpp"
#include "runner/report/json_text.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/report.hpp"
#include "runner/report/time_text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kMostArrows = 50'000;  // more of them show nothing

// From the names that viewers have reserved.
std::string_view colour_of(OutcomeClass outcome_class) {
  switch (outcome_class) {
    case OutcomeClass::success:
      return "good";
    case OutcomeClass::build_failure:
      return "terrible";
    case OutcomeClass::infra_failure:
    case OutcomeClass::timed_out:
      return "thread_state_iowait";
    case OutcomeClass::uncategorized:
      return "bad";
    case OutcomeClass::canceled:
    case OutcomeClass::skipped:
      return "grey";
  }
  return "grey";
}

struct Span {
  Moment begin{};
  Moment end{};
};

class Trace {
 public:
  explicit Trace(const Model& model) : model_(model), spans_(model.hooks.size()), is_critical_(model.hooks.size()) {
    for (const std::size_t place : critical_path(model)) {
      is_critical_[place] = true;
      path_.push_back(place);
    }
    for (std::size_t place = 0; place < model.hooks.size(); ++place) {
      if (!model.hooks[place].started) continue;
      order_.push_back(place);
      jobs_ = std::max(jobs_, model.hooks[place].slot + 1);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t left, std::size_t right) { return started(left) < started(right); });
  }

  [[nodiscard]] std::string write() && {
    out_ = R"({"displayTimeUnit":"ms","otherData":)";
    JsonText other(out_, JsonText::Layout::compact);
    other.open_object();
    other.string("grapnel", model_.command.version);
    other.string("command", model_.command.command);
    other.string("id", model_.command.id);
    other.string("started", time_text(model_.command.time_of_day));
    other.string("class", class_of(model_));
    other.close();
    out_ += ",\"traceEvents\":[";
    write_names();
    write_runs();
    for (const std::size_t place : order_) write_hook(place);
    for (const std::size_t place : path_) write_slice_on_path(place);
    write_others();
    write_arrows();
    write_concurrency();
    out_ += "\n]}\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] Moment started(std::size_t place) const { return *model_.hooks[place].started; }
  [[nodiscard]] std::size_t path_track() const { return jobs_ + 1; }
  [[nodiscard]] std::size_t others_track() const { return jobs_ + 2; }
  static std::size_t track_of(const HookModel& hook) { return hook.slot + 1; }

  // Opens an event; the caller adds members and closes it.
  JsonText event(std::string_view phase, std::string_view name, std::size_t track) {
    out_ += first_ ? "\n" : ",\n";
    first_ = false;
    JsonText json(out_, JsonText::Layout::compact);
    json.open_object();
    json.string("ph", phase);
    json.string("name", name);
    json.integer("pid", 1);
    json.integer("tid", static_cast<std::int64_t>(track));
    return json;
  }

  void add_time(JsonText& json, Moment time) const { json.number("ts", microseconds_text(model_.since_start(time))); }

  JsonText slice(std::string_view category, std::string_view name, std::size_t track, Span span) {
    JsonText json = event("X", name, track);
    json.string("cat", category);
    add_time(json, span.begin);
    json.number("dur", microseconds_text(model_.since_start(span.end) - model_.since_start(span.begin)));
    return json;
  }

  void write_name(std::string_view what, std::size_t track, const std::string& name) {
    JsonText json = event("M", what, track);
    json.open_object("args");
    json.string("name", name);
    json.close();
    json.close();
    if (what != "thread_name") return;
    JsonText sort = event("M", "thread_sort_index", track);
    sort.open_object("args");
    sort.integer("sort_index", static_cast<std::int64_t>(track));
    sort.close();
    sort.close();
  }

  void write_names() {
    write_name("process_name", 0, "grapnel " + one_line(model_.command.command));
    write_name("thread_name", 0, "runs");
    for (std::size_t job = 1; job <= jobs_; ++job) write_name("thread_name", job, "job " + std::to_string(job));
    write_name("thread_name", path_track(), "critical path");
    write_name("thread_name", others_track(), "not run");
  }

  void write_runs() {
    Moment last{};
    for (const RunModel& run : model_.runs) {
      // Runs follow one another.
      const Moment begin = std::max(run.started, last);
      last = std::max(begin, run.end ? run.end->time : model_.now);
      JsonText json = slice("run", title_of(run), 0, {begin, last});
      json.open_object("args");
      json.integer("hooks", static_cast<std::int64_t>(run.hook_count));
      json.string("class", run.end ? name_of(run.end->outcome.outcome_class) : "cut_off");
      json.close();
      json.close();
    }
  }

  void write_hook(std::size_t place) {
    const HookModel& hook = model_.hooks[place];
    // A job has one hook at a time; a stream that says otherwise must not make slices overlap.
    if (ends_of_jobs_.size() <= hook.slot) ends_of_jobs_.resize(hook.slot + 1);
    Span& span = spans_[place];
    span.begin = std::max(*hook.started, ends_of_jobs_[hook.slot]);
    span.end = std::max(hook.ended.value_or(model_.now), span.begin);
    ends_of_jobs_[hook.slot] = span.end;

    const bool is_finished = hook.state == HookModel::State::finished;
    JsonText json = slice("hook", one_line(title_of(hook.id)), track_of(hook), span);
    if (is_finished) json.string("cname", colour_of(hook.end.outcome.outcome_class));
    json.open_object("args");
    json.string("class", is_finished ? name_of(hook.end.outcome.outcome_class) : "unfinished");
    if (is_finished) {
      json.integer("row", hook.end.outcome.row);
      json.string("reason", one_line(hook.end.outcome.reason, 500));
    }
    json.boolean("critical_path", is_critical_[place]);
    json.integer("attempts", static_cast<std::int64_t>(hook.end.attempts.size() + 1));
    json.open_list("why");
    constexpr std::size_t kMostReasons = 20;
    for (std::size_t i = 0; i < hook.reasons.size() && i < kMostReasons; ++i) {
      json.string(one_line(describe(hook.reasons[i]), 500));
    }
    json.close();
    json.some("log", hook.end.log.native());
    json.close();
    json.close();
    write_tries(hook, span);
  }

  void write_tries(const HookModel& hook, Span span) {
    const std::vector<Try> tries = tries_of(hook);
    auto step = hook.steps.begin();
    if (tries.size() < 2) {
      write_steps(hook, span, step, hook.steps.end());
      return;
    }
    Moment last = span.begin;
    for (std::size_t i = 0; i < tries.size(); ++i) {
      const Moment begin = std::clamp(tries[i].began, last, span.end);
      last = std::clamp(tries[i].began + tries[i].duration, begin, span.end);
      const Outcome& outcome = tries[i].outcome;
      JsonText json = slice("attempt", "attempt " + std::to_string(i + 1), track_of(hook), {begin, last});
      json.string("cname", colour_of(outcome.outcome_class));
      json.open_object("args");
      json.string("class", name_of(outcome.outcome_class));
      json.string("reason", one_line(outcome.reason, 500));
      json.some("log", tries[i].log.native());
      json.close();
      json.close();
      const auto first = step;
      const bool is_last = i + 1 == tries.size();
      while (step != hook.steps.end() && (is_last || step->time < tries[i + 1].began)) ++step;
      write_steps(hook, {begin, last}, first, step);
    }
  }

  // Steps follow each other until the end of what they are in.
  void write_steps(const HookModel& hook, Span in, std::vector<StepStarted>::const_iterator step,
                   std::vector<StepStarted>::const_iterator end) {
    Moment last = in.begin;
    for (; step != end; ++step) {
      const Moment begin = std::clamp(step->time, last, in.end);
      last = std::next(step) == end ? in.end : std::clamp(std::next(step)->time, begin, in.end);
      JsonText json = slice("step", one_line(step->what), track_of(hook), {begin, last});
      json.open_object("args");
      json.string("command", one_line(step->command, 1000));
      json.close();
      json.close();
    }
  }

  void write_slice_on_path(std::size_t place) {
    const HookModel& hook = model_.hooks[place];
    // By the plan each of them began after the one before; a stream that says otherwise is cut to that.
    const Moment begin = std::max(spans_[place].begin, end_of_path_);
    end_of_path_ = std::max(begin, spans_[place].end);
    JsonText json = slice("critical_path", one_line(title_of(hook.id)), path_track(), {begin, end_of_path_});
    json.open_object("args");
    json.string("class", name_of(hook.end.outcome.outcome_class));
    json.close();
    json.close();
  }

  void write_others() {
    for (const HookModel& hook : model_.hooks) {
      if (hook.started || !hook.ended) continue;
      JsonText json = event("i", one_line(title_of(hook.id)), others_track());
      json.string("cat", name_of(fate_of(model_, hook)));
      add_time(json, *hook.ended);
      json.string("s", "t");
      json.open_object("args");
      json.string("class", name_of(hook.end.outcome.outcome_class));
      json.string("reason", one_line(hook.end.outcome.reason, 500));
      json.close();
      json.close();
    }
  }

  void write_arrows() {
    std::int64_t id = 0;
    for (const std::size_t place : order_) {
      const HookModel& hook = model_.hooks[place];
      for (const std::size_t giver : hook.waits_for) {
        if (!model_.hooks[giver].started) continue;
        if (++id > static_cast<std::int64_t>(kMostArrows)) return;
        const Span& from = spans_[giver];
        // At its very end a slice is over, and holds no arrow.
        const Moment leaves = from.end > from.begin ? from.end - nanoseconds(1) : from.begin;
        write_arrow("s", id, track_of(model_.hooks[giver]), leaves);
        write_arrow("f", id, track_of(hook), std::max(spans_[place].begin, leaves));
      }
    }
  }

  void write_arrow(std::string_view phase, std::int64_t id, std::size_t track, Moment time) {
    JsonText json = event(phase, "needs", track);
    json.string("cat", "dependency");
    json.integer("id", id);
    add_time(json, time);
    if (phase == "f") json.string("bp", "e");
    json.close();
  }

  void write_concurrency() {
    std::vector<std::pair<Moment, int>> changes;
    for (const std::size_t place : order_) {
      changes.emplace_back(spans_[place].begin, 1);
      changes.emplace_back(spans_[place].end, -1);
    }
    std::sort(changes.begin(), changes.end());
    std::int64_t running = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      running += changes[i].second;
      if (i + 1 < changes.size() && changes[i + 1].first == changes[i].first) continue;
      JsonText json = event("C", "running hooks", 0);
      add_time(json, changes[i].first);
      json.open_object("args");
      json.integer("hooks", running);
      json.close();
      json.close();
    }
  }

  const Model& model_;
  std::vector<Span> spans_;  ///< of hooks that ran, as they are drawn
  std::vector<bool> is_critical_;
  std::vector<std::size_t> path_;
  std::vector<std::size_t> order_;  ///< hooks that ran, by their beginning
  std::vector<Moment> ends_of_jobs_;
  Moment end_of_path_{};
  std::size_t jobs_ = 0;
  bool first_ = true;
  std::string out_;
};

}  // namespace

std::string trace_report(const Model& model, const ReportTarget& /*target*/) { return Trace(model).write(); }

}  // namespace grapnel::report
