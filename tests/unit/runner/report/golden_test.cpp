// SPDX-License-Identifier: BSD-3-Clause
// Each report of each scenario, byte for byte. The files are read by tools that are not ours, too: see tests/reports.
#include "tests/support/golden.hpp"

#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <gtest/gtest.h>

namespace {

using namespace grapnel;

const report::ReportTarget kTarget{.path = "report", .workspace = "/home/dev/app"};

void expect_golden_files(const std::string& kind, const std::string& extension,
                         std::string (*write)(const report::Model&, const report::ReportTarget&)) {
  for (const tests::Scenario& scenario : tests::kScenarios) {
    tests::expect_golden(kind + "/" + scenario.name + extension, write(tests::model_of(scenario.events()), kTarget));
  }
}

TEST(Golden, Html) { expect_golden_files("html", ".html", report::html_report); }

TEST(Golden, Json) { expect_golden_files("json", ".json", report::json_report); }

TEST(Golden, Github) {
  expect_golden_files("github", ".txt", report::github_report);
  expect_golden_files("github", ".md", [](const report::Model& model, const report::ReportTarget& /*target*/) {
    return report::github_summary(model);
  });
}

TEST(Golden, Junit) { expect_golden_files("junit", ".xml", report::junit_report); }

TEST(Golden, Trace) { expect_golden_files("trace", ".json", report::trace_report); }

}  // namespace
