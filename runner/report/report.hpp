// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The reports that are files: written when a command is over, or from a file of events afterwards.
#pragma once

#include "runner/report/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report {

/// What a report is written to, and what for.
struct ReportTarget {
  std::string path{};       ///< as the user gave it; "-" is standard output
  std::string workspace{};  ///< directory that people's paths count from; may be empty
};

/// One kind of report.
struct ReportKind {
  std::string_view name;  ///< of --report NAME=PATH
  /// The whole text. Pure: the same model and target give the same bytes. Throws std::invalid_argument where the
  /// target's path says something impossible (an unknown extension).
  std::string (*write)(const Model& model, const ReportTarget& target) = nullptr;
  /// Throws std::invalid_argument for a path that cannot be this report's; null where all can.
  void (*check_path)(std::string_view path) = nullptr;
  /// A second text, which goes to GitHub's step summary; null where there is none.
  std::string (*summary)(const Model& model) = nullptr;
};

/// All kinds, by name.
[[nodiscard]] const std::vector<ReportKind>& report_kinds();

/// One each, one a file: json_report.cpp, luci_report.cpp, junit_report.cpp, github_report.cpp, trace_report.cpp,
/// html_report.cpp.
[[nodiscard]] std::string json_report(const Model& model, const ReportTarget& target);
[[nodiscard]] std::string luci_report(const Model& model, const ReportTarget& target);
[[nodiscard]] std::string junit_report(const Model& model, const ReportTarget& target);
/// The annotations, as lines for standard output.
[[nodiscard]] std::string github_report(const Model& model, const ReportTarget& target);
/// The step summary, Markdown, at most 1 MiB.
[[nodiscard]] std::string github_summary(const Model& model);
[[nodiscard]] std::string trace_report(const Model& model, const ReportTarget& target);
[[nodiscard]] std::string html_report(const Model& model, const ReportTarget& target);

}  // namespace grapnel::report
