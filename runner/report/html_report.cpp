// SPDX-License-Identifier: BSD-3-Clause
// One page for a command: what failed, where the time went, every hook.
#include "runner/report/facts.hpp"
#include "runner/report/failure_text.hpp"
#include "runner/report/hook_kind.hpp"
#include "runner/report/html_page.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/report.hpp"
#include "runner/report/time_text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report {

namespace {

constexpr std::size_t kMostFailures = 500;
constexpr std::size_t kOpenFailures = 10;
constexpr std::size_t kMostLogBytes = 4'000'000;
constexpr std::size_t kMostMessages = 500;

std::string words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string mark(std::string_view css_class, const std::string& word) {
  return "<span class=\"mark " + std::string(css_class) + "\">" + word + "</span>";
}

void add_header(std::string& out, const Model& model) {
  out += "<h1>grapnel " + html_line(model.command.command) + " " + mark(class_of(model), words(class_of(model))) +
         "</h1>\n";
  out += "<p>" + markup(summary_line(model)) + "</p>\n";
  if (!model.is_complete()) {
    out += "<p>The events end before the command did: grapnel was killed, or is not over.</p>\n";
  } else if (!model.end->outcome.success()) {
    out += "<p>" + html_line(model.end->outcome.reason, 1000) +
           (is_retryable(model) ? ". Trying again may help.</p>\n" : ". Trying again does not help.</p>\n");
  }
  out += "<p class=\"quiet\">" + markup(time_text(model.command.time_of_day)) + " · " +
         std::to_string(model.command.jobs) + (model.command.jobs == 1 ? " job" : " jobs") +
         (model.command.workspace.empty() ? "" : " · " + html_line(model.command.workspace.native(), 500)) +
         " · grapnel " + html_line(model.command.version) + " · " + html_line(model.command.id) + "</p>\n";
}

void add_failures(std::string& out, const Model& model) {
  const std::vector<std::size_t> runs = failed_runs(model);
  const std::vector<std::size_t> hooks = failed_hooks(model);
  if (runs.empty() && hooks.empty()) return;
  out += "<h2 id=\"failures\">Failures</h2>\n";
  for (const std::size_t place : runs) {
    const RunModel& run = model.runs[place];
    out += "<section class=\"failure " + std::string(name_of(run.end->outcome.outcome_class)) + "\"><h3>" +
           title_of(run) + "</h3><pre>" + markup(failure_text(run)) + "</pre></section>\n";
  }
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    if (i == kMostFailures) {
      out += "<p>And " + std::to_string(hooks.size() - i) + " more, see the table.</p>\n";
      break;
    }
    const HookModel& hook = model.hooks[hooks[i]];
    const std::string_view css_class = html_class(model, hook);
    out += "<section class=\"failure " + std::string(css_class) + "\" id=\"hook" + std::to_string(hooks[i]) +
           "\"><h3>" + html_line(title_of(hook.id)) + " " + mark(css_class, html_word(model, hook)) + "</h3>\n<pre>" +
           markup(failure_text(hook)) + "</pre>\n";
    if (const std::string output = output_text(hook); !output.empty()) {
      out += std::string("<details") + (i < kOpenFailures ? " open" : "") + "><summary>the last lines of " +
             (hook.end.stderr_tail.empty() ? "standard output" : "standard error") + "</summary><pre>" +
             markup(output) + "</pre></details>\n";
    }
    out += "</section>\n";
  }
}

void add_legend(std::string& out, const Model& model) {
  const Counts counts = counts_of(model);
  out += "<p class=\"legend\">";
  for (const OutcomeClass one : kClasses) {
    if (counts.of(one) != 0) out += mark(name_of(one), words(name_of(one)));
  }
  if (std::any_of(model.runs.begin(), model.runs.end(), [](const RunModel& run) { return run.kind.has_value(); })) {
    out +=
        "<span>dark part of a bar: building the hook's program</span><span>outlined: critical path</span>"
        "<span>area: hooks that run; dashed: those that wait for a job</span>";
  }
  out += "</p>\n";
}

void add_time(std::string& out, const Model& model) {
  if (std::none_of(model.hooks.begin(), model.hooks.end(), [](const HookModel& hook) { return hook.started; })) return;
  const std::vector<std::size_t> path = critical_path(model);
  out += "<h2 id=\"timeline\">Timeline</h2>\n";
  add_legend(out, model);
  add_timeline(out, model);
  if (path.empty()) return;
  std::chrono::nanoseconds sum{};
  std::string chain;
  constexpr std::size_t kMostLinks = 200;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const HookModel& hook = model.hooks[path[i]];
    sum += *hook.ended - *hook.started;
    if (i >= kMostLinks) continue;
    if (!chain.empty()) chain += " → ";
    chain += html_line(hook.id.package) + " (" + duration_words(*hook.ended - *hook.started) + ")";
  }
  out += "<p>Critical path, " + duration_words(sum) + " of " + duration_words(model.since_start(model.now)) + ": " +
         chain + (path.size() > kMostLinks ? " → …" : "") + "</p>\n";
}

bool has_block(const HookModel& hook) {
  return hook.state == HookModel::State::finished && is_failure(hook.end.outcome);
}

// Hooks whose output is shown below the table.
std::vector<bool> places_of_logs(const Model& model) {
  std::vector<bool> places(model.hooks.size());
  std::size_t bytes = 0;
  for (std::size_t place = 0; place < places.size() && bytes < kMostLogBytes; ++place) {
    const HookModel& hook = model.hooks[place];
    if (hook.state != HookModel::State::finished || has_block(hook)) continue;
    const std::string output = output_text(hook);
    places[place] = !output.empty();
    bytes += output.size();
  }
  return places;
}

void add_row(std::string& out, const Model& model, std::size_t place, bool has_link) {
  const HookModel& hook = model.hooks[place];
  const std::string name = html_line(hook.id.package);
  out += "<tr><td>";
  out += has_link ? "<a href=\"#hook" + std::to_string(place) + "\">" + name + "</a>" : name;
  out += "</td><td>" + std::string(name_of(hook.id.kind)) + "</td><td>" +
         mark(html_class(model, hook), html_word(model, hook)) + R"(</td><td class="number" data-value=")";
  // Hooks that did not run come last.
  out += hook.started ? seconds_text(hook.end.duration) + "\">" + seconds_text(hook.end.duration) + " s" : "-1\">";
  out += R"(</td><td class="number" data-value=")";
  out += hook.started ? seconds_text(model.since_start(*hook.started)) + "\">" +
                            seconds_text(model.since_start(*hook.started)) + " s"
                      : "-1\">";
  const std::size_t tries = hook.started ? hook.end.attempts.size() + 1 : 0;
  out += "</td><td class=\"number\">" + (tries == 0 ? "" : std::to_string(tries)) + "</td><td>";
  if (has_block(hook) || hook.end.outcome.outcome_class == OutcomeClass::skipped) {
    out += html_line(hook.end.outcome.reason, 300);
  } else if (!hook.reasons.empty()) {
    out += html_line(describe(hook.reasons.front()), 300);
    if (hook.reasons.size() > 1) out += " and " + std::to_string(hook.reasons.size() - 1) + " more";
  }
  out += "</td></tr>\n";
}

void add_table(std::string& out, const Model& model, const std::vector<bool>& logs) {
  if (model.hooks.empty()) return;
  out +=
      "<h2 id=\"hooks\">Hooks</h2>\n<div class=\"wide\"><table "
      "class=\"sortable\"><thead><tr><th>package</th><th>hook</th>"
      "<th>result</th><th class=\"number\" aria-sort=\"descending\">time</th><th class=\"number\">started</th>"
      "<th class=\"number\">tries</th><th>why</th></tr></thead><tbody>\n";
  std::vector<std::size_t> order(model.hooks.size());
  for (std::size_t place = 0; place < order.size(); ++place) order[place] = place;
  const auto time = [&](std::size_t place) {
    const HookModel& hook = model.hooks[place];
    return hook.started ? hook.end.duration : std::chrono::nanoseconds(-1);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return time(left) > time(right); });
  std::size_t blocks = 0;
  std::vector<bool> links = logs;
  for (const std::size_t place : failed_hooks(model)) links[place] = blocks++ < kMostFailures;
  for (const std::size_t place : order) add_row(out, model, place, links[place]);
  out += "</tbody></table></div>\n";
}

void add_logs(std::string& out, const Model& model, const std::vector<bool>& logs) {
  if (std::find(logs.begin(), logs.end(), true) == logs.end()) return;
  out += "<h2 id=\"logs\">What hooks printed</h2>\n";
  for (std::size_t place = 0; place < logs.size(); ++place) {
    if (!logs[place]) continue;
    const HookModel& hook = model.hooks[place];
    out += "<details id=\"hook" + std::to_string(place) + "\"><summary>" + html_line(title_of(hook.id)) +
           "</summary><pre>" + markup(output_text(hook)) + "</pre>";
    if (!is_requested(hook.id.kind) && !hook.end.log.empty())
      out += "<p class=\"quiet\">" + html_line(hook.end.log.native(), 1000) + "</p>";
    out += "</details>\n";
  }
}

void add_messages(std::string& out, const Model& model) {
  if (model.messages.empty()) return;
  out += "<h2 id=\"messages\">Messages</h2>\n<ul>\n";
  for (std::size_t i = 0; i < model.messages.size() && i < kMostMessages; ++i) {
    const Message& message = model.messages[i];
    out += "<li>";
    if (message.severity == Message::Severity::warning) out += "warning: ";
    if (!message.package.empty()) out += html_line(message.package) + ": ";
    out += html_line(message.text, 2000) + "</li>\n";
  }
  out += "</ul>\n";
  if (model.messages.size() > kMostMessages) {
    out += "<p>And " + std::to_string(model.messages.size() - kMostMessages) + " more.</p>\n";
  }
}

}  // namespace

std::string html_report(const Model& model, const ReportTarget& /*target*/) {
  std::string out = html_head("grapnel " + one_line(model.command.command) + ": " + words(class_of(model)));
  add_header(out, model);
  add_failures(out, model);
  add_time(out, model);
  std::string graph;
  add_graph(graph, model);
  if (!graph.empty()) out += "<h2 id=\"graph\">Graph</h2>\n" + graph;
  const std::vector<bool> logs = places_of_logs(model);
  add_table(out, model, logs);
  add_logs(out, model, logs);
  add_messages(out, model);
  return out + html_foot();
}

}  // namespace grapnel::report
