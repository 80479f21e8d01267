// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/report.hpp"

namespace grapnel::report {

const std::vector<ReportKind>& report_kinds() {
  static const std::vector<ReportKind> kinds{
      {"github", github_report, github_summary},
      {"html", html_report},
      {"json", json_report},
      {"junit", junit_report},
      {"luci", luci_report},
      {"trace", trace_report},
  };
  return kinds;
}

}  // namespace grapnel::report
