// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/json.hpp"
#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using namespace grapnel;
using hooks::Json;

Json parsed(const std::vector<Event>& events) {
  const auto document = hooks::base::parse_json(report::json_report(tests::model_of(events), {}));
  if (!document) throw std::runtime_error(document.error().describe());
  return *document;
}

std::string text(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  return member == nullptr || member->as_string() == nullptr ? "(absent)" : *member->as_string();
}

const Json& hook(const Json& document, std::string_view package, std::string_view kind = "link") {
  for (const Json& one : *document.find("hooks")->as_array()) {
    if (text(one, "package") == package && text(one, "hook") == kind) return one;
  }
  throw std::runtime_error("no hook of " + std::string(package));
}

TEST(JsonReport, SaysWhatTheWholeCommandCameTo) {
  const Json document = parsed(tests::sample_events());
  EXPECT_EQ(text(document, "class"), "canceled");
  EXPECT_EQ(text(document, "signal"), "SIGTERM");
  EXPECT_EQ(*document.find("complete")->as_bool(), true);
  // Rows of deterministic build failures are among the hooks (spec: ci-reporting, section 3.3).
  EXPECT_EQ(*document.find("retryable")->as_bool(), false);
  EXPECT_EQ(text(document, "started"), "2026-11-22T10:00:00.250007Z");
}

TEST(JsonReport, KeepsDartsFourWayResult) {
  const Json document = parsed(tests::sample_events());
  EXPECT_EQ(text(hook(document, "row09_exit_1"), "dart_kind"), "hookRun");
  EXPECT_EQ(text(hook(document, "row11_infra"), "dart_kind"), "infra");
  EXPECT_EQ(text(hook(document, "row25_not_executable"), "dart_kind"), "projectConfig");
  EXPECT_EQ(text(hook(document, "row27_bug"), "dart_kind"), "internal");
  EXPECT_EQ(text(hook(document, "row01_success"), "dart_kind"), "(absent)");
}

TEST(JsonReport, HasTheEvidence) {
  const Json document = parsed(tests::sample_events());
  const Json& contradicted = *hook(document, "row13_exit_2_says_build").find("evidence");
  EXPECT_EQ(*contradicted.find("exit_code")->as_integer(), 2);
  EXPECT_EQ(text(contradicted, "output"), "output.json says failure (build)");
  const Json& crashed = *hook(document, "row17_segv").find("evidence");
  EXPECT_EQ(text(crashed, "signal"), "SIGSEGV");
  EXPECT_EQ(*crashed.find("core_dumped")->as_bool(), true);
  EXPECT_EQ(crashed.find("exit_code"), nullptr) << "a signal is no exit code";
}

TEST(JsonReport, ListsEachAttemptWithTheLastOne) {
  const Json document = parsed(tests::sample_events());
  const Json& flaky = hook(document, "row31_flaky", "build");
  EXPECT_EQ(text(flaky, "class"), "success");
  EXPECT_EQ(*flaky.find("flaky")->as_bool(), true);
  const Json::Array& attempts = *flaky.find("attempts")->as_array();
  ASSERT_EQ(attempts.size(), 3U);
  EXPECT_EQ(text(attempts[0], "class"), "infra_failure");
  EXPECT_EQ(*attempts[1].find("row")->as_integer(), 12);
  EXPECT_EQ(text(attempts[2], "class"), "success");
  EXPECT_THAT(text(attempts[0], "log"), testing::EndsWith("/stderr.1.txt"));
  EXPECT_EQ(*attempts[0].find("duration_ms")->as_number(), 800.0);
  EXPECT_EQ(*attempts[2].find("duration_ms")->as_number(), 700.0);
}

TEST(JsonReport, SaysWhatBecameOfHooksThatDidNotRun) {
  const Json document = parsed(tests::sample_events());
  EXPECT_EQ(text(hook(document, "row29_skipped"), "state"), "skipped");
  EXPECT_EQ(text(hook(document, "row30_up_to_date", "build"), "state"), "up_to_date");
  EXPECT_EQ(text(hook(document, "row30_up_to_date", "build"), "cache"), "hit");
  EXPECT_EQ(text(hook(document, "row01_success", "build"), "cache"), "miss");
  EXPECT_EQ(text(hook(document, "never_started"), "state"), "not_started");
  EXPECT_EQ(text(hook(document, "never_started"), "class"), "(absent)");
  const Json cut_off = parsed(tests::cut_off_events());
  EXPECT_EQ(text(hook(cut_off, "brotli", "build"), "state"), "unfinished");
  EXPECT_EQ(cut_off.find("class"), nullptr);
  EXPECT_EQ(*cut_off.find("complete")->as_bool(), false);
}

TEST(JsonReport, PointsAtTheFirstErrorAndWhoIsToAct) {
  const Json document = parsed(tests::sample_events());
  const Json& failed = hook(document, "row09_exit_1");
  EXPECT_EQ(text(failed, "who_is_to_act"), "hook_author");
  const Json& error = *failed.find("first_error");
  EXPECT_EQ(text(error, "file"), "/home/dev/app/src/sqlite3.c");
  EXPECT_EQ(*error.find("line")->as_integer(), 42);
  EXPECT_EQ(*error.find("column")->as_integer(), 7);
}

TEST(JsonReport, CountsAddUp) {
  const Json document = parsed(tests::sample_events());
  const Json& counts = *document.find("counts");
  const std::int64_t hooks = *counts.find("hooks")->as_integer();
  std::int64_t states = 0;
  for (const Json::Member& one : *counts.find("states")->as_object()) states += *one.value.as_integer();
  EXPECT_EQ(states, hooks);
  EXPECT_EQ(hooks, static_cast<std::int64_t>(document.find("hooks")->as_array()->size()));
}

TEST(JsonReport, KeepsHostileNamesAsTheyAre) {
  const Json document = parsed(tests::sample_events());
  std::set<std::string> names;
  for (const Json& one : *document.find("hooks")->as_array()) names.insert(text(one, "package"));
  EXPECT_TRUE(names.contains("line\nfeed"));
  EXPECT_TRUE(names.contains("]]>"));
  EXPECT_TRUE(names.contains("long" + std::string(10'000, 'g')));
}

}  // namespace
