// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/terminal.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/report/visible_text.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>

namespace {

using namespace grapnel;
using report::visible_text;
using testing::HasSubstr;
using testing::Not;

TEST(VisibleText, NeutralisesWhatATerminalActsOn) {
  EXPECT_EQ(visible_text("a\tb\nc\r\nd"), "a\tb\nc\nd");
  EXPECT_EQ(visible_text("\x1b[31mred\x07\x7f\rover"), "\\x1b[31mred\\x07\\x7f\\x0dover");
  EXPECT_EQ(visible_text(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(visible_text("\xC2\x9B"), "\\xc2\\x9b");                   // CSI as one character
  EXPECT_EQ(visible_text("\u202Egnp.exe"), "\\xe2\\x80\\xaegnp.exe");  // right-to-left override
  EXPECT_EQ(visible_text("é \xFF"), "é \uFFFD");
}

HookFinished failed() {
  HookFinished event{.hook = {"p", HookKind::link}};
  event.outcome.outcome_class = OutcomeClass::infra_failure;
  event.outcome.reason = "exit code 2";
  event.outcome.notes = {"a note"};
  event.log = "/ws/stderr.txt";
  event.run_sh = "/ws/run.sh";
  event.stderr_tail = "one\ntwo\n";
  return event;
}

TEST(FailureBlock, SaysWhatFailedWhyAndWhereToLook) {
  EXPECT_EQ(report::failure_block(failed()),
            "grapnel: link hook of package 'p': infra failure\n"
            "  why: exit code 2\n"
            "  note: a note\n"
            "  standard error:\n"
            "  | one\n"
            "  | two\n"
            "  log: /ws/stderr.txt\n"
            "  repeat: /ws/run.sh\n");
}

TEST(FailureBlock, ShowsTheLastFortyLines) {
  HookFinished event = failed();
  event.stderr_tail.clear();
  for (int i = 1; i <= 50; ++i) event.stderr_tail += "line " + std::to_string(i) + "\n";
  const std::string block = report::failure_block(event);
  EXPECT_THAT(block, HasSubstr("the last 40 lines"));
  EXPECT_THAT(block, HasSubstr("  | line 11\n"));
  EXPECT_THAT(block, Not(HasSubstr("line 10\n")));
  EXPECT_THAT(block, HasSubstr("  | line 50\n"));
}

TEST(FailureBlock, HooksCannotForgeLines) {
  HookFinished event = failed();
  event.hook.package = "p\ngrapnel: all is well";
  event.stderr_tail = "x\x1b[2J\n";
  const std::string block = report::failure_block(event);
  EXPECT_THAT(block, Not(HasSubstr("\x1b")));
}

std::string printed(report::Verbosity verbosity, const std::vector<Event>& events) {
  const tests::TemporaryDirectory dir;
  {
    const auto fd = hooks::base::open_file(dir / "out", O_CREAT | O_WRONLY);
    report::Terminal terminal(fd.value().get(), verbosity);
    for (const Event& event : events) terminal.on_event(event);
  }
  return tests::read_text(dir / "out");
}

TEST(Terminal, IsSilentWhereAllIsWell) {
  EXPECT_EQ(printed(report::Verbosity::normal,
                    {RunStarted{.hooks = {{"p", HookKind::build}}}, HookStarted{{"p", HookKind::build}, "/d"},
                     StepStarted{{"p"}, "run", "x"}, HookFinished{.hook = {"p"}},
                     Message{Message::Severity::info, "p", "detail"}, RunFinished{}}),
            "");
}

TEST(Terminal, WarnsAndSaysNothingTwice) {
  RunFinished end;
  end.outcome = failed().outcome;
  const std::string text =
      printed(report::Verbosity::normal, {Message{Message::Severity::warning, "p", "careful"}, failed(), end});
  EXPECT_THAT(text, HasSubstr("grapnel: warning: package 'p': careful\n"));
  EXPECT_EQ(text.find("exit code 2"), text.rfind("exit code 2"));
}

TEST(Terminal, WarnsOnceOfWhatTwoRunsSay) {
  const Message warning{Message::Severity::warning, "p", "careful"};
  const Message other{Message::Severity::warning, "q", "careful"};
  EXPECT_EQ(printed(report::Verbosity::normal, {warning, RunFinished{}, warning, other, RunFinished{}}),
            "grapnel: warning: package 'p': careful\ngrapnel: warning: package 'q': careful\n");
}

TEST(Terminal, SaysWhyARunFailedThatHasNoFailedHook) {
  RunFinished end;
  end.outcome.outcome_class = OutcomeClass::build_failure;
  end.outcome.reason = "a cycle";
  EXPECT_EQ(printed(report::Verbosity::normal, {end}), "grapnel: build failure: a cycle\n");
}

TEST(Terminal, TellsMoreWhenAsked) {
  const std::string text =
      printed(report::Verbosity::verbose, {RunStarted{.hooks = {{"p"}}}, StepStarted{{"p"}, "compile", "c++ x"},
                                           HookFinished{.hook = {"p"}, .duration = std::chrono::milliseconds(1040)}});
  EXPECT_THAT(text, HasSubstr("compile: c++ x"));
  EXPECT_THAT(text, HasSubstr("done in 1.040 s"));
}

}  // namespace
