// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/hook_sinks.hpp"

#include "runner/cli/hook_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace grapnel::cli {

std::string our_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

namespace {

std::vector<report::ReportRequest> reports_of(const SinkRequest& request) {
  std::vector<report::ReportRequest> reports = request.reports;
  const bool is_named =
      std::any_of(reports.begin(), reports.end(), [](const auto& one) { return one.kind == "github"; });
  const bool is_stdout_taken = request.events == "-" || std::any_of(reports.begin(), reports.end(),
                                                                    [](const auto& one) { return one.path == "-"; });
  if (request.is_github_wanted && !is_named && !is_stdout_taken && our_variable("GITHUB_ACTIONS") == "true") {
    reports.push_back({.kind = "github", .path = "-"});
  }
  return reports;
}

report::TerminalOptions stopped_by(report::TerminalOptions options, const std::stop_token& stop) {
  options.stop = stop;
  return options;
}

}  // namespace

HookSinks::HookSinks(const SinkRequest& request, const luci::Context& context, EventSink* more,
                     const std::stop_token& stop) {
  if (request.terminal) fan_.add(terminal_.emplace(STDERR_FILENO, stopped_by(*request.terminal, stop)));
  if (!request.events.empty()) fan_.add(events_.emplace(request.events, say, stop));
  std::vector<report::ReportRequest> reports = reports_of(request);
  if (!reports.empty()) fan_.add(reports_.emplace(std::move(reports), our_variable("GITHUB_STEP_SUMMARY"), say));
  // Before the one that waits for somebody else at the end.
  if (more != nullptr) fan_.add(*more);
  if (context.result_sink) fan_.add(result_sink_.emplace(*context.result_sink, context.deadline, say));
}

}  // namespace grapnel::cli
