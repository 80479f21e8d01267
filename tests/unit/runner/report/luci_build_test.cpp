// SPDX-License-Identifier: BSD-3-Clause
// A Build by the rules of spec: ci-reporting, sections 1.1, 1.2, 3.3 and 4.
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/report/luci_encoders.hpp"
#include "runner/report/plain_text.hpp"
#include "runner/report/report.hpp"
#include "tests/paths.hpp"
#include "tests/support/sample_model.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

namespace {

using namespace grapnel;
using namespace std::chrono_literals;
using report::Model;
using report::luci::Build;
using report::luci::make_build;
using report::luci::Status;
using report::luci::Step;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Model model_of(const std::vector<Event>& events) {
  report::ModelBuilder builder;
  for (const Event& event : events) builder.add(event);
  return builder.model();
}

// The server's rules for steps; tests/luci/builds.py holds all of them against the golden files.
void expect_acceptable(const Build& build) {
  std::set<std::string> names;
  for (const Step& step : build.steps) {
    SCOPED_TRACE(step.name);
    EXPECT_TRUE(names.insert(step.name).second);
    EXPECT_FALSE(("|" + step.name + "|").find("||") != std::string::npos);
    const std::size_t parent = step.name.rfind('|');
    EXPECT_TRUE(parent == std::string::npos || names.contains(step.name.substr(0, parent)));
    EXPECT_EQ(is_terminal(step.status), step.end_time.has_value());
    EXPECT_TRUE(step.start_time || step.status == Status::canceled);
    EXPECT_TRUE(!step.start_time || !step.end_time || *step.start_time <= *step.end_time);
    EXPECT_TRUE(is_terminal(step.status) || !is_terminal(build.status));
    EXPECT_LE(step.summary_markdown.size(), report::luci::kMostSummary);
    EXPECT_TRUE(hooks::base::is_utf8(step.summary_markdown));
    EXPECT_TRUE(hooks::base::is_utf8(step.name));
  }
  EXPECT_LE(build.summary_markdown.size(), report::luci::kMostSummary);
}

const Step* find(const Build& build, const std::string& name) {
  for (const Step& step : build.steps) {
    if (step.name == name) return &step;
  }
  return nullptr;
}

std::string tag(const Step& step, const std::string& key) {
  for (const auto& pair : step.tags) {
    if (pair.key == key) return pair.value;
  }
  return "";
}

// One hook, `p`, that ended with `outcome`.
Model finished_with(Outcome outcome) {
  const HookId hook{"p", HookKind::build};
  outcome.reason = outcome.reason.empty() ? "a reason" : outcome.reason;
  return model_of({CommandStarted{.command = "build", .version = "1.2.3", .time = 1s},
                   RunStarted{.kind = HookKind::build, .hooks = {hook}, .time = 2s},
                   HookStarted{.hook = hook, .directory = "/ws/p/abc", .reasons = {Reason{}}, .time = 3s},
                   HookFinished{.hook = hook,
                                .outcome = outcome,
                                .directory = "/ws/p/abc",
                                .log = "/ws/p/abc/stderr.txt",
                                .output_log = "/ws/p/abc/stdout.txt",
                                .stderr_tail = "one\ntwo\n",
                                .end = Exited{2},
                                .time = 5s},
                   RunFinished{.outcome = outcome, .time = 6s}, CommandFinished{.outcome = outcome, .time = 7s}});
}

Outcome infra() {
  Outcome outcome;
  outcome.outcome_class = OutcomeClass::infra_failure;
  outcome.row = 11;
  outcome.luci = LuciStatus::infra_failure;
  outcome.retry = Retry::yes;
  outcome.confirmed = true;
  return outcome;
}

Outcome over_the_deadline() {
  Outcome outcome;
  outcome.outcome_class = OutcomeClass::timed_out;
  outcome.row = 22;
  outcome.luci = LuciStatus::infra_failure;
  outcome.exit_code = -1;
  outcome.timeout = true;
  return outcome;
}

Outcome canceled() {
  Outcome outcome;
  outcome.outcome_class = OutcomeClass::canceled;
  outcome.row = 23;
  outcome.luci = LuciStatus::canceled;
  outcome.exit_code = -1;
  return outcome;
}

TEST(LuciReport, IsAsTheGoldenFilesHaveIt) {
  for (const tests::Scenario& sample : tests::kScenarios) {
    for (const char* extension : {".json", ".textpb", ".pb"}) {
      const std::filesystem::path golden =
          std::filesystem::path(tests::kSourceDir) / "tests/golden/luci" / (std::string(sample.name) + extension);
      const std::string text = report::luci_report(model_of(sample.events()), {.path = "x" + std::string(extension)});
      if (std::getenv("GRAPNEL_UPDATE_GOLDEN") != nullptr) {
        ASSERT_TRUE(hooks::base::publish_file(golden, text));
      }
      EXPECT_TRUE(tests::read_text(golden) == text) << golden << " differs; GRAPNEL_UPDATE_GOLDEN=1 rewrites it";
    }
  }
}

TEST(LuciReport, RefusesOtherExtensions) {
  for (const char* path : {"x", "x.txt", "json", "x.pb.gz"}) {
    EXPECT_THROW((void)report::luci_report({}, {.path = path}), std::invalid_argument) << path;
  }
}

TEST(LuciReport, SaysWhichExtensionsThereAre) {
  try {
    (void)report::luci_report({}, {.path = "out.xml"});
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("'out.xml'"));
    EXPECT_THAT(error.what(), HasSubstr(".json, .textpb or .pb"));
  }
}

TEST(LuciBuild, IsAcceptableForEverySample) {
  for (const tests::Scenario& sample : tests::kScenarios) {
    SCOPED_TRACE(sample.name);
    expect_acceptable(make_build(model_of(sample.events())));
  }
  expect_acceptable(make_build(model_of(tests::events_of(500))));
  expect_acceptable(make_build({}));
}

TEST(LuciBuild, IsAcceptableAfterEachEvent) {
  report::ModelBuilder builder;
  for (const Event& event : tests::sample_events()) {
    builder.add(event);
    const Build build = make_build(builder.model());
    expect_acceptable(build);
    EXPECT_EQ(is_terminal(build.status), builder.model().is_complete());
  }
}

TEST(LuciBuild, HasTheEvidenceInTags) {
  const Build build = make_build(finished_with(infra()));
  EXPECT_EQ(build.status, Status::infra_failure);
  const Step* step = find(build, "build hooks|p");
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->status, Status::infra_failure);
  EXPECT_EQ(tag(*step, "grapnel.class"), "infra_failure");
  EXPECT_EQ(tag(*step, "grapnel.row"), "11");
  EXPECT_EQ(tag(*step, "grapnel.exit_code"), "2");
  EXPECT_EQ(tag(*step, "grapnel.confirmed"), "true");
  EXPECT_EQ(tag(*step, "grapnel.attempt"), "1");
  EXPECT_EQ(tag(*step, "grapnel.cache"), "miss");
  EXPECT_EQ(tag(*step, "grapnel.signal"), "");
  EXPECT_THAT(step->summary_markdown, HasSubstr("**infra failure**: a reason"));
  EXPECT_THAT(step->summary_markdown, HasSubstr("```\none\ntwo\n```\n"));
  const hooks::Json& own = *build.properties.find("grapnel");
  EXPECT_EQ(*own.find("class"), hooks::Json("infra_failure"));
  EXPECT_EQ(*own.find("retryable"), hooks::Json(true));
  EXPECT_EQ(*own.find("counts"), hooks::Json(hooks::Json::Object{{"infra_failure", 1}}));
  EXPECT_EQ(*own.find("first_failure")->find("package"), hooks::Json("p"));
}

TEST(LuciBuild, LinksTheFilesOfAHook) {
  const Build build = make_build(finished_with(infra()));
  const Step* step = find(build, "build hooks|p");
  ASSERT_NE(step, nullptr);
  std::vector<std::string> logs;
  for (const auto& log : step->logs) {
    logs.push_back(log.name + "=" + log.url);
    EXPECT_EQ(log.url, log.view_url);
  }
  EXPECT_THAT(logs, ElementsAre("stdout=file:///ws/p/abc/stdout.txt", "stderr=file:///ws/p/abc/stderr.txt",
                                "input.json=file:///ws/p/abc/input.json"));
}

TEST(LuciBuild, ACancelIsCanceledAndADeadlineATimeout) {
  const Build stopped = make_build(finished_with(canceled()));
  EXPECT_EQ(stopped.status, Status::canceled);
  EXPECT_FALSE(stopped.timeout);
  const Build late = make_build(finished_with(over_the_deadline()));
  EXPECT_EQ(late.status, Status::infra_failure);
  EXPECT_TRUE(late.timeout);
  EXPECT_EQ(*late.properties.find("grapnel")->find("class"), hooks::Json("timed_out"));
  const Step* step = find(late, "build hooks|p");
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->status, Status::infra_failure);
  EXPECT_EQ(tag(*step, "grapnel.row"), "22");
  EXPECT_EQ(tag(*step, "grapnel.timeout"), "true");
}

TEST(LuciBuild, AnAttemptKeepsItsOwnStatus) {
  const HookId hook{"p", HookKind::build};
  Outcome flaky;
  flaky.row = 31;
  flaky.flaky = true;
  const Build build =
      make_build(model_of({CommandStarted{.time = 1s}, RunStarted{.kind = HookKind::build, .hooks = {hook}, .time = 1s},
                           HookStarted{.hook = hook, .time = 2s}, StepStarted{.hook = hook, .what = "run", .time = 2s},
                           StepStarted{.hook = hook, .what = "run", .time = 8s},
                           HookFinished{.hook = hook,
                                        .outcome = flaky,
                                        .attempts = {{.outcome = infra(), .duration = 3s, .log = "/log", .began = 2s}},
                                        .time = 9s},
                           RunFinished{.outcome = flaky, .time = 9s}, CommandFinished{.outcome = flaky, .time = 9s}}));
  expect_acceptable(build);
  const Step* first = find(build, "build hooks|p|attempt 1");
  const Step* second = find(build, "build hooks|p|attempt 2");
  ASSERT_TRUE(first != nullptr && second != nullptr);
  EXPECT_EQ(first->status, Status::infra_failure);
  EXPECT_EQ(*first->end_time - *first->start_time, 3s);
  EXPECT_EQ(second->status, Status::success);
  EXPECT_EQ(*second->end_time - *second->start_time, 1s);
  EXPECT_EQ(find(build, "build hooks|p")->status, Status::success);
  EXPECT_EQ(tag(*find(build, "build hooks|p"), "grapnel.attempt"), "2");
  EXPECT_EQ(tag(*find(build, "build hooks|p"), "grapnel.flaky"), "true");
  EXPECT_EQ(build.status, Status::success);
}

TEST(LuciBuild, NamesWhatWasNotStarted) {
  const HookId one{"one", HookKind::build};
  const HookId two{"tw`o", HookKind::build};
  Outcome skipped;
  skipped.outcome_class = OutcomeClass::skipped;
  skipped.row = 29;
  skipped.luci = LuciStatus::none;
  const Build build = make_build(
      model_of({CommandStarted{.time = 1s}, RunStarted{.hooks = {one, two}, .time = 1s},
                HookFinished{.hook = one, .outcome = infra(), .time = 2s},
                HookFinished{.hook = two, .outcome = skipped, .time = 2s}, RunFinished{.outcome = infra(), .time = 3s},
                CommandFinished{.outcome = infra(), .time = 3s}}));
  expect_acceptable(build);
  EXPECT_EQ(build.steps.size(), 2U);
  EXPECT_THAT(build.steps.front().summary_markdown, HasSubstr("Not started: ``tw`o``."));
}

TEST(LuciBuild, OneDeterministicFailureSpoilsTheRetry) {
  Model model = finished_with(infra());
  model.hooks.push_back(model.hooks.front());
  model.hooks.back().end.outcome.outcome_class = OutcomeClass::build_failure;
  EXPECT_EQ(*make_build(model).properties.find("grapnel")->find("retryable"), hooks::Json(false));
}

TEST(LuciStepName, HarmsNoStepAndStaysUnique) {
  using report::luci::step_name;
  EXPECT_EQ(step_name("sqlite3"), "sqlite3");
  EXPECT_EQ(step_name("a|b\n"), "a\\x7cb\\x0a");
  EXPECT_NE(step_name("a|b"), step_name("a\\x7cb"));
  EXPECT_FALSE(step_name("").empty());
  EXPECT_EQ(step_name("\xF0\x9F\x8E\xA3"), "\xF0\x9F\x8E\xA3");
  const std::string longest(10'000, 'x');
  EXPECT_LE(step_name(longest).size(), 200U);
  EXPECT_NE(step_name(longest), step_name(longest + "y"));
}

TEST(LuciTime, HasThreeSixOrNineDigits) {
  using report::luci::rfc3339;
  const report::luci::Time time(1763805600s);
  EXPECT_EQ(rfc3339(time), "2025-11-22T10:00:00Z");
  EXPECT_EQ(rfc3339(time + 500ms), "2025-11-22T10:00:00.500Z");
  EXPECT_EQ(rfc3339(time + 1us), "2025-11-22T10:00:00.000001Z");
  EXPECT_EQ(rfc3339(time + 1ns), "2025-11-22T10:00:00.000000001Z");
  EXPECT_EQ(rfc3339(report::luci::Time(-1ns)), "1969-12-31T23:59:59.999999999Z");
}

TEST(LuciShrink, FitsAndStaysAcceptable) {
  const Build full = make_build(model_of(tests::events_of(1000)));
  const std::size_t size = to_pb(full).size();
  for (const std::size_t limit : {size, size / 2, size / 4, size / 16, size / 64}) {
    Build build = full;
    shrink(build, limit);
    EXPECT_LE(to_pb(build).size(), limit);
    EXPECT_FALSE(build.steps.empty()) << limit;
    EXPECT_EQ(build.status, full.status);
    expect_acceptable(build);
  }
}

}  // namespace
