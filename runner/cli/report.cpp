// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/environment.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/hook_command.hpp"
#include "runner/cli/printed.hpp"

namespace grapnel::cli {

int run(const ReportCommand& command) {
  return telling([&] {
    constexpr int kInfra = 2;
    report::Reports reports(command.reports, {}, say);
    if (!report::read_events(command.from, reports)) {
      say("warning: the events in '" + command.from + "' were cut off: the run was killed, or goes on");
    }
    reports.finish();
    return reports.all_written() ? 0 : kInfra;
  });
}

}  // namespace grapnel::cli
