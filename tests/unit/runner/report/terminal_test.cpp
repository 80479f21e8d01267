// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/terminal.hpp"

#include "hooks_api/base/files.hpp"
#include "tests/support/sample_events.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>

#include <chrono>
#include <utility>

namespace {

using namespace grapnel;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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
            "  error: one\n"
            "  standard error:\n"
            "  | one\n"
            "  | two\n"
            "  log: /ws/stderr.txt\n"
            "  repeat: /ws/run.sh (with its environment)\n"
            "  to act: the infrastructure; trying again may help\n");
}

TEST(FailureBlock, PaintsTheFirstErrorAlone) {
  HookFinished event = failed();
  event.stderr_tail = "cc a.c\na.c:1:2: error: no\n";
  const std::string block = report::failure_block(event, {.color = true});
  EXPECT_THAT(block, HasSubstr("  error: \x1b[1;31ma.c:1:2: error: no\x1b[0m\n"));
  EXPECT_THAT(block, HasSubstr("  | a.c:1:2: error: no\n"));
}

TEST(FailureBlock, ShowsStandardOutputWhereTheErrorIsThere) {
  HookFinished event = failed();
  event.stderr_tail = "";
  event.stdout_tail = "FAILED: a.o\na.c:1:2: error: no\n";
  EXPECT_THAT(report::failure_block(event), HasSubstr("  standard output:\n  | FAILED: a.o\n"));
  event.stderr_tail = "a.c:3:4: error: other\n";
  EXPECT_THAT(report::failure_block(event), Not(HasSubstr("standard output")));
}

TEST(FailureBlock, QuotesTheScriptForAShell) {
  HookFinished event = failed();
  event.run_sh = "/my ws/run.sh";
  EXPECT_THAT(report::failure_block(event), HasSubstr("repeat: '/my ws/run.sh' ("));
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

using report::Console;
using report::Verbosity;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// What a terminal wrote so far.
class Written {
 public:
  explicit Written(report::TerminalOptions options)
      : fd_(hooks::base::open_file(dir_ / "out", O_CREAT | O_WRONLY).value()), terminal_(fd_.get(), options) {}
  Written& operator<<(const Event& event) {
    terminal_.on_event(event);
    return *this;
  }
  Written& operator<<(const Tick& tick) {
    terminal_.on_tick(tick);
    return *this;
  }
  /// What is new.
  std::string text() {
    const std::string all = tests::read_text(dir_ / "out");
    return all.substr(std::exchange(read_, all.size()));
  }

 private:
  tests::TemporaryDirectory dir_;
  hooks::base::Fd fd_;
  report::Terminal terminal_;
  std::size_t read_ = 0;
};

report::TerminalOptions options(Console console, Verbosity verbosity = Verbosity::normal) {
  return {.verbosity = verbosity, .look = {.console = console}};
}

std::string printed(Verbosity verbosity, const std::vector<Event>& events, Console console = Console::none) {
  Written written(options(console, verbosity));
  for (const Event& event : events) written << event;
  return written.text();
}

Outcome outcome_of(OutcomeClass outcome_class, const std::string& reason = "") {
  Outcome outcome;
  outcome.outcome_class = outcome_class;
  outcome.reason = reason;
  return outcome;
}

HookStarted started(const std::string& package, Moment time = {}) {
  return {.hook = {package},
          .directory = "/d",
          .reasons = {{.kind = Reason::Kind::file, .subject = "src/a.c"}},
          .time = time};
}
HookFinished done(const std::string& package, bool up_to_date = false) {
  return {.hook = {package}, .up_to_date = up_to_date, .duration = milliseconds(1040)};
}
HookFinished broken(const std::string& package) {
  HookFinished event{.hook = {package}, .outcome = outcome_of(OutcomeClass::build_failure, "exit code 1")};
  event.log = "/" + package + "/stderr.txt";
  return event;
}
const RunStarted kRun{.hooks = {{"p"}, {"q"}, {"r"}}};
const CommandFinished kEnd{.time = milliseconds(1234)};

TEST(Terminal, IsSilentWhereNothingRan) {
  for (const Console console : {Console::none, Console::plain, Console::fancy}) {
    EXPECT_EQ(printed(Verbosity::normal,
                      {CommandStarted{}, kRun, done("p", true), done("q", true),
                       Message{Message::Severity::info, "p", "detail"}, RunFinished{}, kEnd},
                      console),
              "");
  }
}

TEST(Terminal, PlainLinesAreForWhatRuns) {
  EXPECT_EQ(printed(Verbosity::normal,
                    {CommandStarted{}, kRun, done("q", true), started("p"), StepStarted{{"p"}, "run", "x"}, done("p"),
                     RunFinished{}, kEnd},
                    Console::plain),
            "grapnel: build hook of package 'p': started (src/a.c changed)\n"
            "grapnel: build hook of package 'p': done in 1.040 s\n"
            "grapnel: 1 up to date, 1 ran (p: src/a.c changed) in 1.2 s\n");
}

TEST(Terminal, SummarizesABuildAndALinkOnce) {
  const std::string text = printed(
      Verbosity::normal,
      {CommandStarted{}, kRun, started("p"), done("p"), started("q"), done("q"), done("r", true), RunFinished{},
       RunStarted{.kind = HookKind::link, .hooks = {{"p", HookKind::link}}}, done("p", true), RunFinished{}, kEnd},
      Console::fancy);
  EXPECT_EQ(text, "grapnel: 2 up to date, 2 ran (p: src/a.c changed, and 1 more) in 1.2 s\n");
}

TEST(Terminal, SaysOfARequestNoMoreThanItsHook) {
  const HookId hook{"demo", HookKind::build_wheel};
  const std::vector<Event> request{
      RunStarted{.kind = hook.kind, .hooks = {hook}},
      HookStarted{.hook = hook, .reasons = {{.kind = Reason::Kind::forced}}},
      StepStarted{.hook = hook, .what = "run", .command = "demo_backend: build_wheel"},
      HookFinished{.hook = hook, .duration = milliseconds(1040)},
      RunFinished{.kind = hook.kind},
  };
  std::vector<Event> events{CommandStarted{}};
  for (int i = 0; i < 2; ++i) events.insert(events.end(), request.begin(), request.end());
  events.emplace_back(kEnd);
  EXPECT_EQ(printed(Verbosity::normal, events, Console::plain),
            "grapnel: build_wheel hook of package 'demo': started\n"
            "grapnel: build_wheel hook of package 'demo': done in 1.040 s\n"
            "grapnel: build_wheel hook of package 'demo': started\n"
            "grapnel: build_wheel hook of package 'demo': done in 1.040 s\n"
            "grapnel: 2 ran (demo, and 1 more) in 1.2 s\n");
  events.resize(6);
  EXPECT_EQ(printed(Verbosity::verbose, events, Console::none),
            "grapnel: build_wheel hook of package 'demo'\n"
            "grapnel: build_wheel hook of package 'demo': run: demo_backend: build_wheel\n"
            "grapnel: build_wheel hook of package 'demo': done in 1.040 s\n");
}

TEST(Terminal, SaysWhichStageOfWhichHookItIs) {
  const HookId hook{"demo wheel:standard tables", HookKind::initialize};
  const auto stage = [&](Reason::Kind reason) {
    return std::vector<Event>{CommandStarted{},
                              RunStarted{.kind = hook.kind, .hooks = {hook}},
                              HookStarted{.hook = hook, .reasons = {{.kind = reason, .subject = "tables.in"}}},
                              HookFinished{.hook = hook, .duration = milliseconds(1040)},
                              RunFinished{.kind = hook.kind},
                              kEnd};
  };
  EXPECT_EQ(printed(Verbosity::normal, stage(Reason::Kind::forced), Console::plain),
            "grapnel: initialize of 'demo wheel:standard tables': started\n"
            "grapnel: initialize of 'demo wheel:standard tables': done in 1.040 s\n"
            "grapnel: 1 ran (demo wheel:standard tables) in 1.2 s\n");
  // One that runs once for an input says what made it run again.
  EXPECT_THAT(
      printed(Verbosity::normal, stage(Reason::Kind::file), Console::plain),
      testing::StartsWith("grapnel: initialize of 'demo wheel:standard tables': started (tables.in changed)\n"));
}

TEST(Terminal, SaysWhyTheBuildOfATargetFailedBesideItsHooks) {
  Outcome outcome;
  outcome.outcome_class = OutcomeClass::build_failure;
  outcome.reason = "there is no target 'whel'";
  EXPECT_EQ(
      printed(Verbosity::normal,
              {CommandStarted{}, RunFinished{.outcome = outcome, .kind = HookKind::initialize}, kEnd}, Console::plain),
      "grapnel: build failure: there is no target 'whel'\n");
}

TEST(Terminal, RepeatsABoundedNumberOfFailures) {
  std::vector<Event> events{CommandStarted{}};
  for (int i = 0; i < 1000; ++i) events.emplace_back(broken("p" + std::to_string(i)));
  events.emplace_back(kEnd);
  const std::string text = printed(Verbosity::normal, events, Console::plain);
  const std::string end = text.substr(text.find("grapnel: failed:\n"));
  EXPECT_THAT(end, HasSubstr("p99'"));
  EXPECT_THAT(end, Not(HasSubstr("p100'")));
  EXPECT_THAT(end, HasSubstr("  and 900 more\ngrapnel: 1000 failed"));
}

TEST(Terminal, BeatsForWhatStillRuns) {
  Written written(options(Console::plain));
  written << Event(kRun) << Event(started("p")) << Event(started("q", seconds(25)));
  written << Event(HookOutput{.hook = {"p"}, .text = "CC a.o\nCC foo.o\n\n"});
  static_cast<void>(written.text());
  written << Tick{.time = milliseconds(29'999)};
  EXPECT_EQ(written.text(), "");
  written << Tick{.time = seconds(30)};
  EXPECT_EQ(written.text(), "grapnel: still running: p 30 s, last: CC foo.o\n");
  written << Tick{.time = seconds(59)};
  EXPECT_EQ(written.text(), "");
  written << Event(done("p")) << Tick{.time = seconds(61)};
  EXPECT_EQ(written.text(), "grapnel: build hook of package 'p': done in 1.040 s\ngrapnel: still running: q 36 s\n");
}

TEST(Terminal, WarnsAndSaysNothingTwice) {
  RunFinished end;
  end.outcome = failed().outcome;
  const std::string text =
      printed(Verbosity::normal, {Message{Message::Severity::warning, "p", "careful"}, failed(), end});
  EXPECT_THAT(text, HasSubstr("grapnel: warning: package 'p': careful\n"));
  EXPECT_EQ(text.find("exit code 2"), text.rfind("exit code 2"));
}

TEST(Terminal, WarnsOnceOfWhatTwoRunsSay) {
  const Message warning{Message::Severity::warning, "p", "careful"};
  const Message other{Message::Severity::warning, "q", "careful"};
  EXPECT_EQ(printed(Verbosity::normal, {warning, RunFinished{}, warning, other, RunFinished{}}),
            "grapnel: warning: package 'p': careful\ngrapnel: warning: package 'q': careful\n");
}

TEST(Terminal, SaysWhyARunFailedThatHasNoFailedHook) {
  RunFinished end;
  end.outcome = outcome_of(OutcomeClass::build_failure, "a cycle");
  EXPECT_EQ(printed(Verbosity::normal, {end}), "grapnel: build failure: a cycle\n");
  EXPECT_EQ(printed(Verbosity::quiet, {end}), "grapnel: build failure: a cycle\n");
}

// The number of blocks and of lines in the list at the end.
std::pair<int, int> failures_in(const std::string& text) {
  std::pair<int, int> count;
  for (std::size_t at = 0; (at = text.find("exit code 1", at)) != std::string::npos; ++at)
    ++(text.substr(0, at).ends_with("why: ") ? count.first : count.second);
  return count;
}

TEST(Terminal, RepeatsFailuresAtTheEndOnce) {
  RunFinished end;
  end.outcome = outcome_of(OutcomeClass::build_failure, "2 hooks failed");
  const std::string several = printed(Verbosity::normal, {kRun, broken("p"), broken("q"), end, kEnd}, Console::plain);
  EXPECT_EQ(failures_in(several), std::pair(2, 2)) << several;
  EXPECT_THAT(several, testing::EndsWith("grapnel: failed:\n"
                                         "  build hook of package 'p': build failure: exit code 1; log: /p/stderr.txt\n"
                                         "  build hook of package 'q': build failure: exit code 1; log: /q/stderr.txt\n"
                                         "grapnel: 2 failed in 1.2 s\n"));
  // One, at the end anyway.
  EXPECT_EQ(failures_in(printed(Verbosity::normal, {kRun, started("p"), broken("p"), end, kEnd}, Console::plain)),
            std::pair(1, 0));
  // One, with something below it.
  EXPECT_EQ(
      failures_in(printed(Verbosity::normal, {kRun, broken("p"), started("q"), done("q"), end, kEnd}, Console::plain)),
      std::pair(1, 1));
  EXPECT_EQ(failures_in(printed(Verbosity::quiet, {kRun, broken("p"), broken("q"), end, kEnd}, Console::plain)),
            std::pair(2, 2));
}

TEST(Terminal, WhatNobodyHasToActOnIsALine) {
  HookFinished skipped{.hook = {"q"}, .outcome = outcome_of(OutcomeClass::skipped, "package 'p' failed")};
  EXPECT_EQ(printed(Verbosity::normal, {kRun, skipped}),
            "grapnel: build hook of package 'q': skipped: package 'p' failed\n");
  EXPECT_EQ(printed(Verbosity::quiet, {kRun, skipped}), "");
}

TEST(Terminal, TellsMoreWhenAsked) {
  const std::vector<Event> events{
      kRun,      started("p"),   StepStarted{{"p"}, "compile", "c++ x"}, HookOutput{.hook = {"p"}, .text = "one\ntwo"},
      done("p"), done("q", true)};
  EXPECT_EQ(printed(Verbosity::verbose, events),
            "grapnel: 3 hooks to run\n"
            "grapnel: build hook of package 'p' in /d\n"
            "  why: src/a.c changed\n"
            "grapnel: build hook of package 'p': compile: c++ x\n"
            "grapnel: build hook of package 'p': done in 1.040 s\n"
            "grapnel: build hook of package 'q': up to date\n");
  EXPECT_THAT(printed(Verbosity::streaming, events), HasSubstr("c++ x\np| one\np| two\ngrapnel: "));
}

TEST(Terminal, OnlyFailuresWhereItIsToBeQuiet) {
  const std::vector<Event> events{
      CommandStarted{}, kRun,          started("p"), Message{Message::Severity::warning, "p", "careful"},
      done("p"),        RunFinished{}, kEnd};
  for (const Console console : {Console::none, Console::plain, Console::fancy})
    EXPECT_EQ(printed(Verbosity::quiet, events, console), "");
  EXPECT_THAT(printed(Verbosity::quiet, {kRun, broken("p")}), HasSubstr("exit code 1"));
}

TEST(Terminal, WantsOutputOnlyToShowIt) {
  const auto wants = [](Console console, Verbosity verbosity) {
    return report::Terminal(-1, options(console, verbosity)).wants_output();
  };
  EXPECT_TRUE(wants(Console::fancy, Verbosity::normal));
  EXPECT_TRUE(wants(Console::plain, Verbosity::normal));
  EXPECT_TRUE(wants(Console::none, Verbosity::streaming));
  EXPECT_FALSE(wants(Console::none, Verbosity::verbose));
  EXPECT_FALSE(wants(Console::fancy, Verbosity::quiet));
}

TEST(Terminal, TheRegionComesWithTicksAndGoesBeforeLinesThatStay) {
  Written written(options(Console::fancy));
  written << Event(kRun) << Event(started("p"));
  EXPECT_EQ(written.text(), "");
  written << Tick{.time = milliseconds(100), .jobs = 2};
  EXPECT_THAT(written.text(), AllOf(HasSubstr("build 0/3"), HasSubstr("\r\n  p 0 s"), Not(HasSubstr("\x1b[2K"))));
  written << Tick{.time = milliseconds(199), .jobs = 1};
  EXPECT_EQ(written.text(), "") << "ten pictures a second";
  written << Tick{.time = milliseconds(200), .jobs = 2};
  EXPECT_EQ(written.text(), "") << "nothing changed";
  written << Tick{.time = seconds(1), .jobs = 2};
  EXPECT_THAT(written.text(), AllOf(testing::StartsWith("\r\x1b[2K\x1b[A\x1b[2K"), HasSubstr("  p 1 s")));
  written << Event(broken("p"));
  EXPECT_THAT(written.text(),
              testing::StartsWith("\r\x1b[2K\x1b[A\x1b[2Kgrapnel: build hook of package 'p': build failure\n"));
  written << Tick{.time = seconds(2), .jobs = 2};
  EXPECT_THAT(written.text(), AllOf(testing::StartsWith("\x1b[?7l"), HasSubstr("1 failed")));
  written << Event(RunFinished{.outcome = broken("p").outcome});
  EXPECT_EQ(written.text(), "\r\x1b[2K");
  written << Tick{.time = seconds(3), .jobs = 2};
  EXPECT_EQ(written.text(), "");
}

TEST(Terminal, AClosedDescriptorIsGivenUpInSilence) {
  report::Terminal terminal(-1, options(Console::fancy));
  for (const Event& event : std::vector<Event>{kRun, started("p"), broken("p")}) terminal.on_event(event);
  terminal.on_tick({.time = seconds(1)});
}

// More than four hundred MiB, of which nothing may stay.
TEST(Terminal, MemoryDoesNotGrowWithWhatHooksPrint) {
  rusage usage{};
  ASSERT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  const long before = usage.ru_maxrss;
  Written written(options(Console::fancy));
  written << Event(kRun) << Event(started("p"));
  const Event output = HookOutput{.hook = {"p"}, .text = std::string(65536, 'x')};
  for (int i = 0; i < 8000; ++i) {
    written << output;
    if (i % 100 == 0) written << Tick{.time = milliseconds(100 * i), .jobs = 1};
  }
  ASSERT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  EXPECT_LT(usage.ru_maxrss - before, 300L * 1024);  // the sanitizers' memory included
}

// Every scenario that there is, on every console: ends, and nothing that a terminal or a CI system acts on.
TEST(Terminal, WhatHooksSayDoesNothing) {
  for (const Console console : {Console::none, Console::plain}) {
    std::vector<Event> events = tests::sample_events();
    for (const Event& event : tests::canceled_events()) events.push_back(event);
    events.emplace_back(HookOutput{.hook = {"p"}, .text = "\x1b[2J\r##vso[x]@@@\n::error::x\n"});
    const std::string text = printed(Verbosity::streaming, events, console);
    EXPECT_GT(text.size(), 1000U);
    for (const char c : text) ASSERT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20);
    EXPECT_THAT(text, AllOf(Not(HasSubstr("##vso[")), Not(HasSubstr("##[")), Not(HasSubstr("@@@")),
                            Not(HasSubstr("\n::")), Not(HasSubstr("##teamcity["))));
  }
}

}  // namespace
