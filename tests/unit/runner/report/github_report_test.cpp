// SPDX-License-Identifier: BSD-3-Clause
// What GitHub's runner drops silently must not get there (spec: ci-reporting, section 2). How it reads what does is in
// tests/reports.
#include "hooks_api/base/utf8.hpp"
#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace grapnel;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const report::ReportTarget kTarget{.path = "-", .workspace = "/home/dev/app"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A run of hooks that all fail alike.
report::Model failing(std::size_t count, const Outcome& outcome, const std::string& stderr_tail) {
  RunStarted started;
  for (std::size_t i = 0; i < count; ++i) started.hooks.push_back({"package_" + std::to_string(i), HookKind::build});
  std::vector<Event> events{CommandStarted{.command = "build", .root_package = "package_0"}, started};
  for (const HookId& hook : started.hooks) {
    events.emplace_back(HookStarted{.hook = hook, .reasons = {{}}});
    events.emplace_back(HookFinished{.hook = hook, .outcome = outcome, .stderr_tail = stderr_tail});
  }
  events.emplace_back(RunFinished{.outcome = outcome});
  events.emplace_back(CommandFinished{.outcome = outcome, .exit_code = 1});
  return tests::model_of(events);
}

const Outcome kBuildFailure{
    .outcome_class = OutcomeClass::build_failure, .row = 9, .exit_code = 1, .reason = "wrong", .notes = {}};

TEST(GithubReport, HasTenOfATypeAtMost) {
  const auto lines = lines_of(report::github_report(failing(25, kBuildFailure, "x"), kTarget));
  EXPECT_EQ(lines.size(), 10U);
  EXPECT_THAT(lines, testing::Each(StartsWith("::error title=Build failure%3A package_")));
}

TEST(GithubReport, HasTenWarningsAndTenNoticesAtMost) {
  Outcome canceled{
      .outcome_class = OutcomeClass::canceled, .row = 23, .exit_code = -1, .reason = "canceled", .notes = {}};
  EXPECT_EQ(lines_of(report::github_report(failing(25, canceled, "x"), kTarget)).size(), 10U);
  Outcome flaky{.row = 31, .flaky = true, .reason = "passed", .notes = {}};
  EXPECT_EQ(lines_of(report::github_report(failing(25, flaky, "x"), kTarget)).size(), 10U);
}

TEST(GithubReport, PutsWhatDecidesFirst) {
  const auto lines = lines_of(report::github_report(tests::model_of(tests::sample_events()), kTarget));
  // Spec: ci-reporting, section 3.3: the deadline ends the run, then internal, then infra.
  ASSERT_GE(lines.size(), 3U);
  EXPECT_THAT(lines[0], HasSubstr("row22_deadline"));
  EXPECT_THAT(lines[1], HasSubstr("row27_bug"));
  EXPECT_THAT(lines[2], HasSubstr("Infra failure%3A row06_says_infra"));
  EXPECT_THAT(lines, testing::Contains(StartsWith("::notice title=Canceled%3A row23_canceled")));
  EXPECT_THAT(lines, testing::Contains(StartsWith("::warning title=Flaky%3A row31_flaky")));
}

TEST(GithubReport, PointsIntoTheWorkspaceOnly) {
  const auto line = [](const std::string& file) {
    return report::github_report(failing(1, kBuildFailure, file + ":42:7: error: no\n"), kTarget);
  };
  EXPECT_THAT(line("/home/dev/app/src/a.c"), StartsWith("::error file=src/a.c,line=42,col=7,title="));
  EXPECT_THAT(line("src/a.c"), StartsWith("::error file=src/a.c,line=42,col=7,title="));
  // Of the second package nobody knows where it is.
  EXPECT_THAT(lines_of(report::github_report(failing(2, kBuildFailure, "src/a.c:42:7: error: no\n"), kTarget))[1],
              StartsWith("::error title="));
  EXPECT_THAT(line("/usr/include/stdio.h"), StartsWith("::error title="));
  EXPECT_THAT(line("/home/dev/app/../other/a.c"), StartsWith("::error title="));
  EXPECT_THAT(line("../a.c"), StartsWith("::error title="));
}

TEST(GithubReport, EscapesOnceAndInOrder) {
  const std::string text = report::github_report(failing(1, kBuildFailure, "100%0A, done: a,b\nnext\n"), kTarget);
  EXPECT_THAT(text, HasSubstr("100%250A, done: a,b%0Anext"));
  EXPECT_EQ(lines_of(text).size(), 1U);
}

TEST(GithubReport, KeepsMessagesWithin4096Characters) {
  std::string tail;
  for (int i = 0; i < 500; ++i) tail += "é line " + std::to_string(i) + "\n";
  const std::string text = report::github_report(failing(1, kBuildFailure, tail), kTarget);
  std::string message = text.substr(text.find("::", 2) + 2);
  for (std::size_t at = 0; (at = message.find("%0A", at)) != std::string::npos;) message.replace(at, 3, "\n");
  EXPECT_LE(message.size(), 4096U);
  EXPECT_THAT(message, HasSubstr("é line 499"));
  EXPECT_TRUE(hooks::base::is_utf8(message));
}

TEST(GithubSummary, StaysBelowAMebibyteByWholeBlocks) {
  std::string tail;
  while (tail.size() < 8000) tail += std::string(190, '<') + "\n";
  const std::string text = report::github_summary(failing(2000, kBuildFailure, tail));
  EXPECT_LE(text.size(), 1'000'000U);
  EXPECT_GE(text.size(), 500'000U) << "room is left unused";
  EXPECT_THAT(text, HasSubstr(" more failures have no room here"));
  EXPECT_THAT(text, HasSubstr("And 1000 more hooks."));
  std::size_t fences = 0;
  for (const std::string& line : lines_of(text)) fences += line.starts_with("```") ? 1U : 0U;
  EXPECT_EQ(fences % 2, 0U) << "a block was cut";
}

TEST(GithubSummary, HasFencesThatNoTextEnds) {
  EXPECT_THAT(report::github_summary(failing(1, kBuildFailure, "```\n`````\n")), HasSubstr("``````text\n"));
  EXPECT_THAT(report::github_summary(failing(1, kBuildFailure, "none\n")), HasSubstr("\n```text\n"));
}

}  // namespace
