// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Who sees the events of a command.
#pragma once

#include "runner/luci/context.hpp"
#include "runner/luci/resultsink.hpp"
#include "runner/report/events_file.hpp"
#include "runner/report/fan.hpp"
#include "runner/report/reports.hpp"
#include "runner/report/terminal.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::cli {

/// A variable of our own environment; empty where it is not set.
[[nodiscard]] std::string our_variable(const char* name);

/// What a command wants to be told, and where.
struct SinkRequest {
  std::optional<report::TerminalOptions> terminal{};  ///< on standard error; absent: nothing is said there
  std::string events{};                               ///< a file; "-" is standard output; empty: none
  std::vector<report::ReportRequest> reports{};
  bool is_github_wanted = false;  ///< inside GitHub Actions, on standard output, where nothing else goes there
};

/// The sinks that a command asks for: the terminal, a file of events, reports, LUCI's ResultSink where there
/// is one.
class HookSinks {
 public:
  /// `more` is borrowed; may be null. It sees each event before ResultSink does. `stop`: see PatientWriter.
  HookSinks(const SinkRequest& request, const luci::Context& context, EventSink* more, const std::stop_token& stop);
  HookSinks(const HookSinks&) = delete;
  HookSinks& operator=(const HookSinks&) = delete;

  /// All of them as one.
  [[nodiscard]] EventSink& all() noexcept { return fan_; }

 private:
  std::optional<report::Terminal> terminal_;
  std::optional<report::EventsFile> events_;
  std::optional<report::Reports> reports_;
  std::optional<luci::ResultSink> result_sink_;
  report::Fan fan_;
};

}  // namespace grapnel::cli
