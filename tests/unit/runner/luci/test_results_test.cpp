// SPDX-License-Identifier: BSD-3-Clause
// Rules of spec: ci-reporting, section 1.5, over all rows of the table.
#include "runner/luci/test_results.hpp"

#include "hooks_api/base/utf8.hpp"
#include "tests/support/sample_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using namespace grapnel;
using hooks::Json;
using testing::MatchesRegex;

const std::string& text(const Json& json, const char* key) { return *json.find(key)->as_string(); }

report::Model model_of(const std::vector<Event>& events) {
  report::ModelBuilder builder;
  for (const Event& event : events) builder.add(event);
  return builder.model();
}

TEST(TestResults, KeepTheRulesForEachRow) {
  for (const auto& events : {tests::sample_events(), tests::canceled_events(), tests::cut_off_events(),
                             tests::daemon_events(), tests::target_events()}) {
    const report::Model model = model_of(events);
    std::set<std::string> ids;
    for (const report::HookModel& hook : model.hooks) {
      const Json result = luci::test_result(model, hook);
      SCOPED_TRACE(result.to_string().substr(0, 300));
      EXPECT_THAT(text(result, "result_id"), MatchesRegex("[a-z0-9_.-]+"));
      EXPECT_LE(text(result, "result_id").size(), 32U);
      EXPECT_TRUE(ids.insert(text(result, "result_id")).second);
      EXPECT_TRUE(hooks::base::is_utf8(result.to_string()));
      const Json* reason = result.find("failure_reason");
      EXPECT_EQ(reason != nullptr, text(result, "status_v2") == "FAILED");
      if (reason != nullptr) {
        const Json& error = reason->find("errors")->as_array()->front();
        EXPECT_LE(text(error, "message").size(), 1024U);
        EXPECT_TRUE(error.find("trace") == nullptr || text(error, "trace").size() <= 4096U);
      }
      if (const Json* summary = result.find("summary_html")) {
        EXPECT_LE(summary->as_string()->size(), 4096U);
        EXPECT_EQ(summary->as_string()->find("<script"), std::string::npos);
      }
    }
  }
}

// Only the tails are redacted: a file is never named.
TEST(TestResults, CarryWhatWasPrinted) {
  report::HookModel hook{.id = {"p", HookKind::build}, .state = report::HookModel::State::finished};
  hook.end.log = "/secret/stderr.txt";
  hook.end.output_log = "/secret/stdout.txt";
  hook.end.stderr_tail = "\xFF\n";
  const Json result = luci::test_result({}, hook);
  EXPECT_EQ(result.to_string().find("/secret"), std::string::npos);
  const Json* artifacts = result.find("artifacts");
  ASSERT_NE(artifacts, nullptr);
  EXPECT_EQ(text(*artifacts->find("stderr"), "contents"), "/wo=");
  EXPECT_EQ(artifacts->find("stdout"), nullptr);
}

TEST(TestResults, FollowTheTable) {
  report::HookModel hook{.id = {"p", HookKind::build}, .state = report::HookModel::State::finished};
  const auto status = [&](OutcomeClass outcome_class, LuciStatus colour, bool started = true) {
    hook.end.outcome = Outcome{};
    hook.end.outcome.outcome_class = outcome_class;
    hook.end.outcome.luci = colour;
    hook.started = started ? std::optional<Moment>(Moment(1)) : std::nullopt;
    return text(luci::test_result({}, hook), "status_v2");
  };
  EXPECT_EQ(status(OutcomeClass::success, LuciStatus::success), "PASSED");
  EXPECT_EQ(status(OutcomeClass::build_failure, LuciStatus::failure), "FAILED");
  EXPECT_EQ(status(OutcomeClass::uncategorized, LuciStatus::failure), "FAILED");
  EXPECT_EQ(status(OutcomeClass::uncategorized, LuciStatus::infra_failure), "EXECUTION_ERRORED");  // row 27
  EXPECT_EQ(status(OutcomeClass::infra_failure, LuciStatus::infra_failure), "EXECUTION_ERRORED");
  EXPECT_EQ(status(OutcomeClass::timed_out, LuciStatus::infra_failure), "EXECUTION_ERRORED");
  EXPECT_EQ(status(OutcomeClass::timed_out, LuciStatus::failure), "FAILED");
  EXPECT_EQ(status(OutcomeClass::canceled, LuciStatus::canceled), "EXECUTION_ERRORED");
  EXPECT_EQ(status(OutcomeClass::canceled, LuciStatus::canceled, false), "PRECLUDED");
  EXPECT_EQ(status(OutcomeClass::skipped, LuciStatus::none, false), "PRECLUDED");
}

}  // namespace
