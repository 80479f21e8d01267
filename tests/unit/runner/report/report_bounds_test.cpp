// SPDX-License-Identifier: BSD-3-Clause
// A file of events may say anything: no report may crash on it, grow without bound, or be no document of its kind.
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace grapnel;
using namespace std::chrono_literals;

const report::ReportTarget kTarget{.path = "report.json", .workspace = "/home/dev/app"};

void expect_reports(const report::Model& model) {
  for (const auto write :
       {report::json_report, report::junit_report, report::github_report, report::trace_report, report::html_report}) {
    EXPECT_TRUE(hooks::base::is_utf8(write(model, kTarget)));
  }
  EXPECT_TRUE(hooks::base::is_utf8(report::github_summary(model)));
  const auto json = hooks::base::parse_json(report::json_report(model, kTarget));
  EXPECT_TRUE(json) << json.error().describe();
  const auto trace = hooks::base::parse_json(report::trace_report(model, kTarget));
  EXPECT_TRUE(trace) << trace.error().describe();
}

TEST(ReportBounds, NothingAtAllIsReportedToo) { expect_reports({}); }

TEST(ReportBounds, HoldWhereTimesJump) {
  std::mt19937 random(7);  // NOLINT: the same events each time
  for (int round = 0; round < 20; ++round) {
    std::vector<Event> events = tests::events_of(20, 3);
    for (Event& event : events) {
      if (random() % 3 != 0) continue;
      const Moment time = std::chrono::milliseconds(random() % 20'000) - 5s;
      std::visit([&](auto& one) { one.time = time; }, event);
    }
    expect_reports(tests::model_of(events));
  }
}

TEST(ReportBounds, HoldWhereEventsAreMissingOrTwice) {
  std::mt19937 random(11);  // NOLINT: the same events each time
  for (int round = 0; round < 20; ++round) {
    std::vector<Event> events;
    for (const Event& event : tests::events_of(20, 3)) {
      for (auto copies = random() % 3; copies > 0; --copies) events.push_back(event);
    }
    expect_reports(tests::model_of(events));
  }
}

TEST(ReportBounds, HoldForDurationsBeyondReason) {
  std::vector<Event> events = tests::sample_events();
  for (Event& event : events) {
    if (auto* finished = std::get_if<HookFinished>(&event)) {
      finished->duration = std::chrono::nanoseconds::max();
      for (Attempt& attempt : finished->attempts) attempt.duration = std::chrono::nanoseconds::min() + 1ns;
    }
  }
  expect_reports(tests::model_of(events));
}

}  // namespace
