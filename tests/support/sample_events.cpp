// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/sample_events.hpp"

#include "runner/outcome/classify.hpp"
#include "runner/outcome/document.hpp"
#include "tests/support/event_script.hpp"

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

namespace tests {

using namespace grapnel;
using namespace std::chrono_literals;
using outcome::Evidence;
using outcome::OutputEvidence;
using outcome::StopReason;

namespace {

using State = OutputEvidence::State;
using Status = hooks::protocol::OutputStatus::Status;

OutputEvidence absent() { return {}; }
OutputEvidence malformed() {
  return {
      .state = State::malformed, .detail = "line 1, column 12: a string that does not end", .status = {}, .faults = {}};
}
OutputEvidence success() { return {.state = State::read, .detail = "", .status = {}, .faults = {}}; }
OutputEvidence failure(std::string type, std::string message = "") {
  return {.state = State::read,
          .detail = "",
          .status = {.status = Status::failure,
                     .status_text = "failure",
                     .type = {},
                     .details_type = std::move(type),
                     .message = std::move(message)},
          .faults = {}};
}
OutputEvidence invalid() {
  OutputEvidence output = success();
  output.faults = {"assets.0.encoding.file: '/home/dev/app/libx.so' does not exist"};
  return output;
}
OutputEvidence odd_status() {
  OutputEvidence output = success();
  output.status.status = Status::unknown;
  output.status.status_text = "perhaps";
  return output;
}

std::string row_name(int row, std::string_view rest) {
  return (row < 10 ? "row0" : "row") + std::to_string(row) + "_" + std::string(rest);
}

// A hook whose outcome the table decides.
ScriptedHook judged(std::string package, const Evidence& evidence) {
  ScriptedHook hook{.package = std::move(package), .duration = 420ms};
  hook.outcome = outcome::classify(evidence);
  hook.end = evidence.end;
  hook.output = outcome::judge(evidence.output).text;
  hook.stderr_tail = "hook: giving up\n";
  return hook;
}

ScriptedHook exited(int row, std::string_view rest, int code, OutputEvidence output) {
  return judged(row_name(row, rest), {.end = Exited{code}, .output = std::move(output)});
}

ScriptedHook signaled(int row, std::string_view rest, int signal, bool core_dumped = false) {
  ScriptedHook hook = judged(row_name(row, rest), {.end = Signaled{signal, core_dumped}});
  hook.output = "";
  return hook;
}

// A hook of which no process is left to say anything.
ScriptedHook given(int row, std::string_view rest, Outcome outcome) {
  return {.package = row_name(row, rest), .duration = 35ms, .outcome = std::move(outcome)};
}

ScriptedHook passed(std::string package, std::chrono::milliseconds duration) {
  ScriptedHook hook = judged(std::move(package), {.end = Exited{0}, .output = success()});
  hook.duration = duration;
  hook.stderr_tail = "";
  return hook;
}

Attempt failed_attempt() {
  return {.outcome = outcome::classify({.end = Exited{2}, .output = failure("infra", "503 from the mirror")}),
          .duration = 800ms};
}

// Rows 1, 30 and 31, the reasons of all kinds, names that mean harm.
std::vector<ScriptedHook> build_hooks() {
  std::vector<ScriptedHook> hooks;
  hooks.push_back(passed("row01_success", 1250ms));
  hooks.back().compiling = 900ms;
  hooks.push_back(given(30, "up_to_date", outcome::cached()));
  hooks.back().duration = 3210ms;
  hooks.push_back(passed("row31_flaky", 700ms));
  hooks.back().attempts = {failed_attempt(), failed_attempt()};
  hooks.back().attempts[1].outcome = outcome::classify({.end = Exited{2}, .output = absent()});
  hooks.back().outcome = outcome::passed_on_retry(hooks.back().outcome);
  hooks.back().waits_for = {0, 1};

  using Kind = Reason::Kind;
  hooks.push_back(passed("reasons", 90ms));
  hooks.back().waits_for = {2};
  for (const Kind kind : {Kind::forced, Kind::program, Kind::directory, Kind::absent, Kind::tool, Kind::output,
                          Kind::validation, Kind::moved}) {
    hooks.back().reasons.push_back({.kind = kind, .subject = "/home/dev/app/src"});
  }
  hooks.back().reasons.push_back({.kind = Kind::file, .subject = "src/a.c"});
  hooks.back().reasons.push_back({.kind = Kind::environment, .subject = "CC", .before = "gcc", .after = "clang"});
  hooks.back().reasons.push_back({.kind = Kind::input,
                                  .subject = "config.extensions.code_assets.target_os",
                                  .before = "\"linux\"",
                                  .after = "\"android\""});
  hooks.back().reasons.push_back({.kind = Kind::upstream, .subject = "liba.so", .cause = "row31_flaky"});

  for (const char* name : {"a|b", "|", "line\nfeed", "emoji \U0001F980\u200D\U0001F4A5", "\"quoted\" 'twice' `thrice`",
                           "<script>alert(1)</script>", "]]>", "--> </svg> &amp; &", "$(reboot); %0A::error::"}) {
    hooks.push_back(passed(name, 60ms));
  }
  hooks.push_back(passed(std::string("nul \0 esc \x1b[31m c1 \xc2\x9b", 21), 60ms));
  hooks.push_back(passed("long" + std::string(10'000, 'g'), 60ms));
  return hooks;
}

std::vector<ScriptedHook> rows_of_exit_codes() {
  std::vector<ScriptedHook> hooks;
  hooks.push_back(exited(2, "output_invalid", 0, invalid()));
  hooks.push_back(exited(3, "output_absent", 0, absent()));
  hooks.push_back(exited(4, "output_malformed", 0, malformed()));
  hooks.push_back(exited(5, "says_build", 0, failure("build")));
  hooks.push_back(exited(6, "says_infra", 0, failure("infra")));
  hooks.push_back(exited(7, "says_uncategorized", 0, failure("uncategorized")));
  hooks.push_back(exited(8, "odd_status", 0, odd_status()));
  hooks.push_back(exited(9, "exit_1", 1, failure("build", "sqlite3 does not compile")));
  hooks.back().stderr_tail =
      "cc -c src/sqlite3.c\n"
      "/home/dev/app/src/sqlite3.c: In function 'open':\n"
      "/home/dev/app/src/sqlite3.c:42:7: error: 'foo' undeclared (first use in this function)\n"
      "   42 |   x = foo;\n      |       ^~~\n";
  hooks.push_back(exited(10, "exit_1_says_success", 1, success()));
  hooks.push_back(exited(11, "infra", 2, failure("infra", "no route to mirror")));
  hooks.push_back(exited(12, "bare_2", 2, absent()));
  hooks.back().stderr_tail = "make: *** No rule to make target 'all'.  Stop.\n";
  hooks.push_back(exited(13, "exit_2_says_build", 2, failure("build")));
  hooks.push_back(exited(14, "exit_255", 255, absent()));
  hooks.push_back(exited(15, "exit_101", 101, absent()));
  hooks.push_back(exited(16, "exit_254", 254, absent()));
  return hooks;
}

std::vector<ScriptedHook> rows_of_other_ends() {
  std::vector<ScriptedHook> hooks;
  hooks.push_back(signaled(17, "segv", SIGSEGV, true));
  Evidence oom{.end = Signaled{SIGKILL}, .out_of_memory = true};
  hooks.push_back(judged("row18_oom", oom));
  hooks.push_back(signaled(19, "killed", SIGTERM));
  hooks.push_back(signaled(20, "xcpu", SIGXCPU));
  hooks.push_back(judged("row21_time_limit", {.end = Signaled{SIGKILL}, .stop = StopReason::time_limit}));
  hooks.back().duration = 30s;
  hooks.back().hang_report = "4711 hook/build (sleeping in poll)\n  4712 curl https://mirror.invalid/x.tar.gz\n";
  hooks.push_back(judged("row22_deadline", {.end = Signaled{SIGTERM}, .stop = StopReason::deadline}));
  hooks.push_back(judged("row23_canceled", {.end = Signaled{SIGTERM}, .stop = StopReason::canceled}));
  hooks.push_back(
      given(24, "no_processes", outcome::system_failure(EAGAIN, "not started: Resource temporarily unavailable")));
  hooks.back().end = NotStarted{EAGAIN, "Resource temporarily unavailable"};
  hooks.push_back(given(25, "not_executable",
                        outcome::project_failure("hook/build of package 'row25_not_executable' is not executable")));
  hooks.back().end = NotStarted{EACCES, "Permission denied"};
  hooks.push_back(given(26, "no_compile", outcome::compile_failure({.end = Exited{1}})));
  hooks.back().compiling = 35ms;
  hooks.back().end = Exited{1};
  hooks.back().stderr_tail = "hook/build.cpp:3:1: error: unknown type name 'itn'\n";
  hooks.push_back(given(27, "bug", outcome::internal_failure("std::out_of_range: vector::_M_range_check")));
  hooks.push_back(
      {.package = "row29_skipped", .waits_for = {8}, .outcome = outcome::skipped("row10_exit_1_says_success")});
  hooks.push_back(judged("row32_ignores_term", {.end = Exited{0}, .stop = StopReason::time_limit}));
  hooks.push_back(signaled(0, "usr1", SIGUSR1));
  return hooks;
}

// Output that means harm, each with the outcome of an ordinary failure.
std::vector<ScriptedHook> hostile_outputs() {
  const std::vector<std::pair<const char*, std::string>> outputs{
      {"hostile_escapes",
       "\x1b[2J\x1b]0;title\x07red \x1b[31mERROR\x1b[0m\r\nnext\rover\x08\x7f\xc2\x9b"
       "1m\n"},
      {"hostile_nul", std::string("before\0after\n", 13)},
      {"hostile_half_characters", "half \uFFFD\uFFFD and \uFFFD\uFFFD\uFFFD \uFFFE\uFFFF\n"},
      {"hostile_no_line_feed", "error: the last line does not end"},
      {"hostile_fences", "```\n</pre>\n~~~~\n````````\n# heading | cell |\n"},
      {"hostile_commands",
       "::error::not yours\n  ::set-output name=x::y\n##[error]x\ntext ##vso[task.complete result=Failed]\n"
       "##teamcity[buildProblem description='x']\n@@@STEP_FAILURE@@@\n::stop-commands::x\n"},
      {"hostile_markup", "<![CDATA[ ]]> <!-- --> </script><script>alert(1)</script> &lt; \" '\n"},
      {"hostile_long_line", "error: " + std::string(6'000, 'x') + "\n"},
      {"hostile_many_lines", ""},
      {"hostile_bidirectional", "\u202Eerror: desrever\u2066\n"},
  };
  std::vector<ScriptedHook> hooks;
  for (const auto& [name, text] : outputs) {
    hooks.push_back(judged(name, {.end = Exited{1}, .output = failure("build", "see | above\n<here>")}));
    hooks.back().stderr_tail = text;
    hooks.back().stdout_tail = "stdout: " + text;
  }
  for (int line = 1; line <= 200; ++line) {
    hooks[8].stderr_tail += "line " + std::to_string(line) + (line == 100 ? ": error: in the middle\n" : "\n");
  }
  return hooks;
}

std::vector<ScriptedHook> link_hooks() {
  std::vector<ScriptedHook> hooks = rows_of_exit_codes();
  for (auto* more : {&rows_of_other_ends, &hostile_outputs}) {
    for (ScriptedHook& hook : (*more)()) hooks.push_back(std::move(hook));
  }
  hooks.push_back(exited(1, "success", 0, success()));  // the same package as in the build
  hooks.push_back(judged("failed_thrice", {.end = Exited{2}, .output = failure("infra", "still 503")}));
  hooks.back().attempts = {failed_attempt(), failed_attempt()};
  hooks.push_back(judged("a|b", {.end = Exited{1}, .output = failure("build")}));
  hooks.back().stderr_tail = "a|b: error: pipes | in a table\n";
  ScriptedHook never{.package = "never_started"};
  never.outcome.row = 0;
  hooks.push_back(std::move(never));
  return hooks;
}

// A hook of a Python package, which nothing waits for and whose process goes on.
ScriptedHook requested(Outcome outcome, std::chrono::nanoseconds duration, std::string printed = "") {
  return {.package = "demo", .duration = duration, .outcome = std::move(outcome), .stderr_tail = std::move(printed)};
}

ScriptedHook died(const Evidence& evidence, std::chrono::nanoseconds duration) {
  ScriptedHook hook = requested(outcome::worker_died(evidence), duration, "building wheel\n");
  hook.end = evidence.end;
  return hook;
}

EventScript daemon_script() {
  EventScript script("daemon", {}, 1);
  auto& command = std::get<CommandStarted>(script.list().front());
  command.workspace.clear();
  command.root_package = "demo";
  return script;
}

}  // namespace

std::vector<Event> sample_events() {
  EventScript script("link", {HookKind::build, HookKind::link}, 4);
  script.message(Message::Severity::info, "", "the workspace has 2 packages without hooks");
  script.run(HookKind::build, build_hooks());
  script.message(Message::Severity::warning, "a|b", "dependency <x> is not declared\n::error::nor is | this");
  script.run(HookKind::link, link_hooks());
  script.finish(SIGTERM, true);
  return std::move(script).events();
}

std::vector<Event> canceled_events() {
  std::vector<ScriptedHook> hooks{passed("zlib", 800ms), passed("brotli", 2s), passed("sqlite3", 3s),
                                  passed("curl", 1s), passed("app", 1s)};
  hooks[3].waits_for = {0, 1};
  hooks[4].waits_for = {2, 3};
  EventScript script("build", {HookKind::build}, 3);
  script.run(HookKind::build, hooks);
  script.cancel(1500ms);
  script.finish(SIGTERM);
  return std::move(script).events();
}

std::vector<Event> cut_off_events() {
  std::vector<ScriptedHook> hooks{passed("zlib", 800ms), passed("brotli", 2s), passed("app", 1s)};
  hooks[2].waits_for = {0, 1};
  EventScript script("build", {HookKind::build}, 3);
  script.run(HookKind::build, hooks);
  script.cut_off(1s);
  return std::move(script).events();
}

std::vector<Event> daemon_events() {
  using Kind = HookKind;
  EventScript script = daemon_script();
  script.request(Kind::get_requires_for_build_wheel, requested(outcome::returned(), 180us));
  script.request(Kind::prepare_metadata_for_build_wheel, requested(outcome::returned(), 14ms));
  script.request(Kind::build_wheel, requested(outcome::returned(), 310ms, "copying demo/__init__.py\n"));
  script.request(Kind::build_wheel, requested(outcome::returned(), 120ms, "copying demo/__init__.py\n"));
  script.request(Kind::build_sdist, requested(outcome::returned(), 95ms));
  script.request(
      Kind::build_editable,
      requested(outcome::unsupported("the backend has no build_editable; it has build_wheel, build_sdist"), 90us));
  script.message(Message::Severity::warning, "demo", "the worker was replaced: its memory is full");
  script.request(Kind::build_wheel,
                 requested(outcome::project_failure("MissingBackendModule: no module named 'demo_backent'"), 2ms));
  script.request(Kind::build_wheel,
                 requested(outcome::project_failure("MissingBackendAttribute: 'demo_backend' has no 'api'"), 2ms));
  script.request(Kind::build_wheel, requested(outcome::raised(false, "BackendImportError: SyntaxError: invalid syntax"),
                                              3ms, "  File \"demo_backend.py\", line 7\n    def build_wheel(\n"));
  script.request(Kind::build_wheel, requested(outcome::raised(false, "HookRuntimeError: ValueError: no version | <b>"),
                                              12ms, "demo/ext.c:3:1: error: unknown type name 'itn'\n"));
  script.request(Kind::build_sdist,
                 requested(outcome::raised(true, "HookRuntimeError: InfraException: no route to mirror"), 2s));
  script.request(Kind::build_wheel, died({.end = Signaled{SIGSEGV, true}}, 40ms));
  script.request(Kind::build_wheel, died({.end = Exited{0}}, 15ms));
  script.request(Kind::get_requires_for_build_sdist,
                 died({.end = Signaled{SIGKILL}, .stop = StopReason::time_limit}, 30s));
  script.request(Kind::build_wheel, requested(outcome::returned(), 290ms));
  script.request(Kind::build_sdist, requested(outcome::returned(), 60s));
  script.cancel(40s);
  script.finish(SIGTERM);
  return std::move(script).events();
}

std::vector<Event> target_events() {
  using Kind = HookKind;
  EventScript script("target build", {}, 1);
  auto& command = std::get<CommandStarted>(script.list().front());
  command.workspace = "/home/dev/demo/pyproject.toml";
  command.root_package.clear();
  const std::string tables = "demo wheel:standard tables";
  script.stage(Kind::dependencies, passed("demo wheel tables", 4ms));
  script.stage(Kind::clean, passed("demo wheel tables", 5ms));
  script.stage(Kind::initialize, passed("demo sdist:standard version", 2ms));
  script.stage(Kind::finalize, passed("demo sdist:standard version", 1ms));
  ScriptedHook replayed = given(30, "", outcome::cached());
  replayed.package = "demo wheel:standard generated";
  script.stage(Kind::initialize, replayed);
  ScriptedHook compiled = passed(tables, 940ms);
  compiled.compiling = 900ms;
  compiled.stderr_tail = "tables: 12 are written\n";
  script.stage(Kind::initialize, compiled);
  script.message(Message::Severity::warning, tables, "force_include: 'a|b' is not there yet | <b>");
  ScriptedHook changed = passed("demo wheel:standard a|b <b>", 60ms);
  changed.reasons = {{.kind = Reason::Kind::file, .subject = "tables.in"}};
  script.stage(Kind::initialize, changed);
  script.stage(Kind::finalize, passed(tables, 3ms));
  script.stage(Kind::clean, passed(tables, 2ms));
  ScriptedHook failed = exited(9, "", 1, failure("build", "tables.in has no table"));
  failed.package = "demo wheel:editable tables";
  failed.stderr_tail = "tables.in:3:1: error: expected a name\n";
  script.stage(Kind::initialize, failed);
  ScriptedHook hung = judged("demo wheel:editable tables", {.end = Signaled{SIGKILL}, .stop = StopReason::time_limit});
  hung.duration = 30s;
  script.stage(Kind::clean, hung);
  script.stage(Kind::clean, passed(tables, 2ms));
  script.finish();
  // The first failure is that of the build.
  auto& end = std::get<CommandFinished>(script.list().back());
  end.outcome = failed.outcome;
  end.exit_code = failed.outcome.exit_code;
  return std::move(script).events();
}

std::vector<Event> requests_of(std::size_t count) {
  EventScript script = daemon_script();
  for (std::size_t i = 0; i < count; ++i) {
    const bool fails = i % 10 == 9;
    script.request(i % 2 == 0 ? HookKind::get_requires_for_build_wheel : HookKind::build_wheel,
                   requested(fails ? outcome::raised(false, "HookRuntimeError: ValueError") : outcome::returned(),
                             300us, fails ? "ValueError\n" : ""));
  }
  script.finish();
  return std::move(script).events();
}

std::vector<Event> planless_events() {
  EventScript script("link", {HookKind::link}, 2);
  script.fail("dependencies of packages 'a' and 'b' go in a circle: a -> b -> a");
  script.finish();
  return std::move(script).events();
}

}  // namespace tests
