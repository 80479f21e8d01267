// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/event_json.hpp"

#include "hooks_api/pep517/hooks.hpp"
#include "tests/support/sample_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace grapnel::report {
namespace {

using hooks::Json;
using testing::AllOf;
using testing::HasSubstr;

std::string line_of(const Event& event) { return event_to_json(event).to_string(); }

std::string fault_of(const std::string& line) {
  try {
    (void)event_from_json(line);
  } catch (const std::invalid_argument& fault) {
    return fault.what();
  }
  return "none";
}

TEST(EventJson, EveryEventIsReadBack) {
  std::size_t count = 0;
  for (const tests::Scenario& scenario : tests::kScenarios) {
    for (const Event& event : scenario.events()) {
      if (std::holds_alternative<HookOutput>(event)) continue;
      const std::string line = line_of(event);
      EXPECT_EQ(line.find('\n'), line.npos);
      const Event read = event_from_json(line);
      EXPECT_EQ(read.index(), event.index());
      EXPECT_EQ(line_of(read), line);
      ++count;
    }
  }
  EXPECT_GT(count, 70U);
}

TEST(EventJson, HooksOfEveryProtocolAreNamedAndReadBack) {
  std::vector<std::string> names{"build", "link"};
  for (const hooks::pep517::Hook hook : hooks::pep517::kHooks) names.emplace_back(hooks::pep517::name_of(hook));
  for (std::size_t i = 0; i < names.size(); ++i) {
    SCOPED_TRACE(names[i]);
    const auto kind = static_cast<HookKind>(i);
    EXPECT_EQ(grapnel::name_of(kind), names[i]);
    const auto read = std::get<RunStarted>(event_from_json(line_of(RunStarted{.kind = kind, .hooks = {{"p", kind}}})));
    EXPECT_EQ(read.kind, kind);
    EXPECT_EQ(read.hooks, (std::vector<HookId>{{"p", kind}}));
  }
}

// What the text of a line cannot tell apart would pass the test above.
TEST(EventJson, NothingOfAFinishedHookIsLost) {
  HookFinished event{.hook = {"p", HookKind::link},
                     .outcome = {.outcome_class = OutcomeClass::infra_failure,
                                 .row = 11,
                                 .exit_code = 2,
                                 .luci = LuciStatus::infra_failure,
                                 .retry = Retry::yes,
                                 .dart_kind = DartKind::infra,
                                 .violation = true,
                                 .confirmed = true,
                                 .crash = true,
                                 .timeout = true,
                                 .resource_exhaustion = true,
                                 .flaky = true,
                                 .reason = "why",
                                 .notes = {"a", "b"}},
                     .up_to_date = true,
                     .duration = std::chrono::nanoseconds(1),
                     .directory = "/d",
                     .log = "/d/stderr.txt",
                     .output_log = "/d/stdout.txt",
                     .run_sh = "/d/run.sh",
                     .stderr_tail = std::string("\0\x1B[1m\xF0\x9F\x8E\x89", 9),
                     .stdout_tail = "out",
                     .hang_report = "hang",
                     .attempts = {{.outcome = {.outcome_class = OutcomeClass::timed_out, .reason = "slow", .notes = {}},
                                   .duration = std::chrono::nanoseconds(2),
                                   .log = "/d/attempt-1.stderr.txt",
                                   .began = Moment(3)}},
                     .end = Signaled{11, true},
                     .output = "there is no output.json",
                     .time = Moment(-4)};
  const auto read = std::get<HookFinished>(event_from_json(line_of(event)));
  EXPECT_EQ(read.hook, event.hook);
  EXPECT_EQ(read.outcome, event.outcome);
  EXPECT_EQ(read.up_to_date, event.up_to_date);
  EXPECT_EQ(read.duration, event.duration);
  EXPECT_EQ(read.directory, event.directory);
  EXPECT_EQ(read.log, event.log);
  EXPECT_EQ(read.output_log, event.output_log);
  EXPECT_EQ(read.run_sh, event.run_sh);
  EXPECT_EQ(read.stderr_tail, event.stderr_tail);
  EXPECT_EQ(read.stdout_tail, event.stdout_tail);
  EXPECT_EQ(read.hang_report, event.hang_report);
  ASSERT_EQ(read.attempts.size(), 1U);
  EXPECT_EQ(read.attempts[0].outcome, event.attempts[0].outcome);
  EXPECT_EQ(read.attempts[0].duration, event.attempts[0].duration);
  EXPECT_EQ(read.attempts[0].log, event.attempts[0].log);
  EXPECT_EQ(read.attempts[0].began, event.attempts[0].began);
  EXPECT_EQ(read.end, event.end);
  EXPECT_EQ(read.output, event.output);
  EXPECT_EQ(read.time, event.time);
  event.end = NotStarted{2, "no such file"};
  EXPECT_EQ(std::get<HookFinished>(event_from_json(line_of(event))).end, event.end);
  event.end = Exited{0};
  EXPECT_EQ(std::get<HookFinished>(event_from_json(line_of(event))).end, event.end);
  event.end.reset();
  EXPECT_EQ(std::get<HookFinished>(event_from_json(line_of(event))).end, event.end);
}

TEST(EventJson, TextBecomesUtf8OnceAndForAll) {
  HookFinished event{.hook = {"p\xFF"}};
  event.stderr_tail = "half \xF0\x9F";
  event.log = "/d/\x80";
  event.outcome.notes = {"\xED\xA0\x80"};
  const Event clean = with_utf8_text(event);
  const auto& finished = std::get<HookFinished>(clean);
  EXPECT_EQ(finished.hook.package, "p\xEF\xBF\xBD");
  EXPECT_EQ(finished.stderr_tail, "half \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(finished.log, "/d/\xEF\xBF\xBD");
  EXPECT_EQ(line_of(with_utf8_text(clean)), line_of(clean));
  EXPECT_EQ(line_of(event_from_json(line_of(clean))), line_of(clean));
}

TEST(EventJson, OutputOfHooksIsInNoFile) {
  EXPECT_THROW((void)event_to_json(HookOutput{.hook = {"p"}, .text = "x"}), std::invalid_argument);
}

TEST(EventJson, SaysAllThatIsWrongWithALine) {
  EXPECT_THAT(fault_of("{"), HasSubstr("line 1"));
  EXPECT_EQ(fault_of("[]"), "found no object; expected an event");
  EXPECT_THAT(fault_of(R"({"event":"hook_vanished","time":1})"), HasSubstr("'hook_vanished'"));
  EXPECT_THAT(fault_of(R"({"event":"message","severity":"loud","text":5,"time":"x"})"),
              AllOf(HasSubstr("severity"), HasSubstr("text"), HasSubstr("time")));
  EXPECT_THAT(fault_of(R"({"event":"run_started","kind":"build","hooks":[{"package":"p","kind":"odd"}],)"
                       R"("waits":[[0],[0,-1]],"time_of_day":1,"time":1})"),
              AllOf(HasSubstr("hooks.0.kind"), HasSubstr("waits.0"), HasSubstr("waits.1")));
  EXPECT_THAT(fault_of(R"({"event":"run_finished","kind":"link","duration":9223372036854775807,"time":1,)"
                       R"("outcome":{"class":"success","row":1,"exit_code":0,"retry":"never"}})"),
              HasSubstr("duration"));
}

TEST(EventJson, TakesMembersThatItDoesNotKnow) {
  EXPECT_EQ(fault_of(R"({"event":"message","severity":"info","text":"t","time":1,"new":{"x":[]}})"), "none");
}

}  // namespace
}  // namespace grapnel::report
