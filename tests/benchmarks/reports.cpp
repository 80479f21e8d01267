// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/reports.hpp"

#include "runner/report/events_file.hpp"
#include "runner/report/reports.hpp"
#include "tests/benchmarks/hooks_in_a_row.hpp"
#include "tests/support/sample_events.hpp"

#include <stdexcept>

namespace bench {

namespace fs = std::filesystem;

ReportCosts all_reports(const fs::path& build, const fs::path& scratch) {
  constexpr std::size_t kHooks = 10'000;
  constexpr int kRounds = 5;
  const std::string events = scratch / "events.jsonl";
  {
    grapnel::report::EventsFile file(events, [](const std::string& text) { throw std::runtime_error(text); });
    for (const grapnel::Event& event : tests::events_of(kHooks)) file.on_event(event);
  }
  std::vector<std::string> command{build / "bin" / "grapnel", "report", "--from", events};
  for (const std::string& kind : grapnel::report::report_kind_names()) {
    command.push_back("--report");
    command.push_back(kind + "=" + (scratch / ("report." + kind)).string() + (kind == "luci" ? ".json" : ""));
  }
  const std::vector<std::string> environment = hook_environment();
  const auto run = [&] { return time_of([&] { run_bare(command, environment); }); };
  const Milliseconds time = in_turns(kRounds, run, [] { return Milliseconds(0); }).ours;
  return {time, peak_of(command, environment)};
}

}  // namespace bench
