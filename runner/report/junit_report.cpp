// SPDX-License-Identifier: BSD-3-Clause
// JUnit XML in the form that both common schemas take (spec: ci-reporting, section 2): no attributes of testsuites, a
// timestamp without a zone, system-out and system-err at the end of each suite, one verdict a test case and nothing
// beside it. What the hook did is a failure; what happened to it is an error.
#include "runner/report/facts.hpp"
#include "runner/report/failure_text.hpp"
#include "runner/report/markup.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/report.hpp"
#include "runner/report/time_text.hpp"
#include "runner/report/visible_text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::report {

namespace {

// GitLab takes no file of 30 MB: beyond this, failures are told without what their hooks printed.
constexpr std::size_t kMostBytes = 20'000'000;

// `value` may have any characters but control characters other than line feeds and tabs.
void add_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  for (const char c : value) {
    switch (c) {
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        append_markup(out, {&c, 1});
    }
  }
  out += '"';
}

// Two names stay two when their control characters are made visible, and no schema takes an empty one.
void add_name(std::string& out, std::string_view name, std::string_view value) {
  std::string shown = visible_text(value);
  if (shown.find_first_not_of(" \t\n") == std::string::npos) shown = "(no name)";
  add_attribute(out, name, plain_text(shown));
}

enum class Verdict { passed, failed, error, skipped };

Verdict verdict_of(const Outcome& outcome) {
  switch (outcome.outcome_class) {
    case OutcomeClass::success:
      return Verdict::passed;
    case OutcomeClass::build_failure:
      return Verdict::failed;
    case OutcomeClass::skipped:
      return Verdict::skipped;
    case OutcomeClass::infra_failure:
    case OutcomeClass::uncategorized:
    case OutcomeClass::timed_out:
    case OutcomeClass::canceled:
      return Verdict::error;
  }
  return Verdict::error;
}

struct Tally {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::string cases{};
  std::string said{};  ///< for system-out
};

// How often a name occurred in the file.
using Times = std::map<std::pair<HookKind, std::string>, std::size_t>;

class Suite {
 public:
  /// `times` is borrowed.
  Suite(const Model& model, const RunModel& run, std::size_t used, Times& times)
      : model_(model), run_(run), used_(used), times_(times) {
    for (std::size_t i = 0; i < run.hook_count; ++i) add(model.hooks[run.first_hook + i]);
  }

  /// The run failed although no hook of it did.
  void add_run() {
    const Outcome& outcome = run_.end->outcome;
    open_case(run_.kind ? std::string(name_of(*run_.kind)) + " run" : "hook run", package(), run_.end->duration);
    fail_case(verdict_of(outcome), name_of(outcome.outcome_class), outcome.reason, failure_text(run_));
  }

  void write(std::string& out, std::size_t id, bool is_worth_a_retry) const {
    out += "  <testsuite";
    add_name(out, "name", title_of(run_));
    add_name(out, "package", package());
    add_attribute(out, "id", std::to_string(id));
    add_attribute(out, "timestamp", time_text(model_.time_of_day(run_.started)).substr(0, 19));
    add_attribute(out, "hostname", "localhost");
    add_attribute(out, "tests", std::to_string(tally_.tests));
    add_attribute(out, "failures", std::to_string(tally_.failures));
    add_attribute(out, "errors", std::to_string(tally_.errors));
    add_attribute(out, "skipped", std::to_string(tally_.skipped));
    add_attribute(out, "time", seconds_text(run_.end ? run_.end->duration : model_.now - run_.started));
    out += ">\n    <properties>\n";
    add_property(out, "grapnel.version", model_.command.version);
    add_property(out, "grapnel.command", model_.command.command);
    add_property(out, "grapnel.class", run_.end ? name_of(run_.end->outcome.outcome_class) : "cut_off");
    add_property(out, "grapnel.retryable", is_worth_a_retry ? "true" : "false");
    out += "    </properties>\n" + tally_.cases + "    <system-out>";
    append_markup(out, tally_.said);
    out += "</system-out>\n    <system-err></system-err>\n  </testsuite>\n";
  }

 private:
  [[nodiscard]] std::string_view package() const {
    return model_.command.root_package.empty() ? "grapnel" : std::string_view(model_.command.root_package);
  }

  static void add_property(std::string& out, std::string_view name, std::string_view value) {
    out += "      <property";
    add_attribute(out, "name", name);
    add_name(out, "value", value);
    out += "/>\n";
  }

  void open_case(std::string_view name, std::string_view classname, std::chrono::nanoseconds time) {
    ++tally_.tests;
    tally_.cases += "    <testcase";
    add_name(tally_.cases, "name", name);
    add_name(tally_.cases, "classname", classname);
    add_attribute(tally_.cases, "time", seconds_text(time));
  }

  void fail_case(Verdict verdict, std::string_view type, std::string_view message, std::string_view text) {
    const char* const element = verdict == Verdict::failed ? "failure" : "error";
    ++(verdict == Verdict::failed ? tally_.failures : tally_.errors);
    tally_.cases += std::string(">\n      <") + element;
    add_attribute(tally_.cases, "type", type);
    add_attribute(tally_.cases, "message", one_line(message, 1000));
    tally_.cases += ">";
    append_markup(tally_.cases, plain_text(text));
    tally_.cases += std::string("</") + element + ">\n    </testcase>\n";
  }

  void skip_case() {
    ++tally_.skipped;
    tally_.cases += ">\n      <skipped/>\n    </testcase>\n";
  }

  void say(const HookModel& hook, std::string_view what) {
    tally_.said += one_line(title_of(hook.id)) + ": " + plain_text(one_line(what, 2000)) + "\n";
  }

  void add(const HookModel& hook) {
    const Fate fate = fate_of(model_, hook);
    const bool ran = hook.started && hook.ended;
    open_case(unique(hook.id), hook.id.package, ran ? *hook.ended - *hook.started : std::chrono::nanoseconds(0));
    if (fate == Fate::unfinished) {
      fail_case(Verdict::error, "cut_off", "grapnel's events end before the hook did", "");
      return;
    }
    if (fate == Fate::not_started) {
      say(hook, "not started");
      skip_case();
      return;
    }
    const Outcome& outcome = hook.end.outcome;
    if (hook.end.attempts.empty() && outcome.success()) {
      tally_.cases += "/>\n";
      return;
    }
    if (!hook.end.attempts.empty()) say(hook, "attempts: " + attempts_text(hook));
    switch (verdict_of(outcome)) {
      case Verdict::passed:
        tally_.cases += "/>\n";
        break;
      case Verdict::skipped:
        say(hook, outcome.reason);
        skip_case();
        break;
      case Verdict::failed:
      case Verdict::error: {
        std::string text = failure_text(hook);
        if (used_ + tally_.cases.size() < kMostBytes) text += "\n" + output_text(hook);
        fail_case(verdict_of(outcome), name_of(outcome.outcome_class), outcome.reason, text);
        break;
      }
    }
  }

  // Readers take test cases of one name for one, across suites; a hook that runs alone may do so any number of times.
  std::string unique(const HookId& hook) {
    std::string name(name_of(hook.kind));
    const std::size_t times = ++times_[{hook.kind, hook.package}];
    return times == 1 ? name : name + " (" + std::to_string(times) + ")";
  }

  const Model& model_;
  const RunModel& run_;
  std::size_t used_;
  Times& times_;
  Tally tally_;
};

}  // namespace

std::string junit_report(const Model& model, const ReportTarget& /*target*/) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  const std::vector<std::size_t> failed = failed_runs(model);
  const bool is_worth_a_retry = is_retryable(model);
  Times times;
  for (std::size_t place = 0; place < model.runs.size(); ++place) {
    Suite suite(model, model.runs[place], out.size(), times);
    if (std::binary_search(failed.begin(), failed.end(), place)) suite.add_run();
    suite.write(out, place, is_worth_a_retry);
  }
  return out + "</testsuites>\n";
}

}  // namespace grapnel::report
