// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/report.hpp"

#include "runner/report/luci_encoders.hpp"

namespace grapnel::report {

const std::vector<ReportKind>& report_kinds() {
  static const std::vector<ReportKind> kinds{
      {"github", github_report, nullptr, github_summary},
      {"html", html_report},
      {"json", json_report},
      {"junit", junit_report},
      {"luci", luci_report, luci::check_extension},
      {"trace", trace_report},
  };
  return kinds;
}

}  // namespace grapnel::report
