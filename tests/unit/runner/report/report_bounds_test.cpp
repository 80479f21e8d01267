// SPDX-License-Identifier: BSD-3-Clause
// A file of events may say anything: no report may crash on it, grow without bound, or be no document of its kind.
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

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

// A front end asks for the same two hooks again and again.
TEST(ReportBounds, HoldForThousandsOfRequests) {
  constexpr std::size_t kRequests = 2000;
  const report::Model model = tests::model_of(tests::requests_of(kRequests));
  ASSERT_EQ(model.hooks.size(), kRequests);
  expect_reports(model);

  // Readers of JUnit XML take two cases of one name for one.
  const std::string junit = report::junit_report(model, kTarget);
  std::set<std::string> cases;
  for (std::size_t at = junit.find("<testcase"); at != std::string::npos; at = junit.find("<testcase", at + 1)) {
    cases.insert(junit.substr(at, junit.find(" time=", at) - at));
  }
  EXPECT_EQ(cases.size(), kRequests);

  std::set<std::string> steps;
  const auto luci = hooks::base::parse_json(report::luci_report(model, kTarget));
  ASSERT_TRUE(luci);
  for (const hooks::Json& step : *luci->find("steps")->as_array()) steps.insert(*step.find("name")->as_string());
  EXPECT_EQ(steps.size(), kRequests + 1);

  // Nobody reads thousands of lines.
  const std::string summary = report::github_summary(model);
  EXPECT_LT(std::count(summary.begin(), summary.end(), '\n'), 3000);
  EXPECT_NE(summary.find("success, 1000 times"), std::string::npos);
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
