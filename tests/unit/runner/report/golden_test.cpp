// SPDX-License-Identifier: BSD-3-Clause
// Each report of each scenario, byte for byte. The files are read by tools that are not ours, too: see tests/reports.
#include "tests/support/golden.hpp"

#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <gtest/gtest.h>

namespace {

using namespace grapnel;

const report::ReportTarget kTarget{.path = "report", .workspace = "/home/dev/app"};

TEST(Golden, Json) {
  for (const tests::Scenario& scenario : tests::kScenarios) {
    tests::expect_golden(std::string("json/") + scenario.name + ".json",
                         report::json_report(tests::model_of(scenario.events()), kTarget));
  }
}

}  // namespace
