// SPDX-License-Identifier: BSD-3-Clause
// What each end of a request means: for the front end (spec: hookd, "Error kinds") and for reports (spec: ci-reporting,
// section 4).
#include "runner/daemon/verdict.hpp"

#include "runner/outcome/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <variant>

namespace grapnel::hookd {
namespace {

using namespace std::chrono_literals;
using hooks::pep517::Answer;
using hooks::pep517::Hook;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using worker::Death;
using Cause = Death::Cause;

constexpr const char* kPython = "the Python interpreter '/usr/bin/python3'";
constexpr const char* kNative = "the backend '/tree/backend.so'";

Request python_request(Hook hook = Hook::build_wheel) { return {.backend = "m:o", .hook = hook}; }
Request native_request() { return {.backend = "native:./backend.so"}; }

Verdict judge_python(const Death& death, std::chrono::milliseconds limit = 0ms) {
  return judge(python_request(), death, kPython, limit);
}
Verdict judge_native(const Death& death) { return judge(native_request(), death, kNative, 0ms); }

Failure failure_of(const Verdict& verdict) {
  const auto* failure = std::get_if<Failure>(&verdict.reply);
  EXPECT_NE(failure, nullptr);
  return failure != nullptr ? *failure : Failure{};
}

// The columns that a row of the table stands for; of the row the class, in case somebody edits the table.
void expect_outcome(const Verdict& verdict, int row, OutcomeClass outcome_class, int exit_code) {
  EXPECT_EQ(verdict.outcome.row, row) << verdict.outcome.reason;
  EXPECT_EQ(name_of(verdict.outcome.outcome_class), name_of(outcome_class));
  EXPECT_EQ(verdict.outcome.exit_code, exit_code);
}

TEST(Verdict, Ok) {
  const Verdict verdict = judge(python_request(), Answer{.kind = "OK", .text = "demo-1.whl"});
  ASSERT_TRUE(std::holds_alternative<Success>(verdict.reply));
  EXPECT_EQ(std::get<Success>(verdict.reply).data, "demo-1.whl");
  expect_outcome(verdict, 1, OutcomeClass::success, 0);
  EXPECT_FALSE(verdict.end);
}

TEST(Verdict, EachErrorOfABackend) {
  struct Case {
    const char* name;
    ErrorKind kind;
    int row;
  };
  // The project names a backend that is not there, or gives it nonsense: row 25. It ran and failed: row 9.
  for (const auto& [name, kind, row] : {
           Case{"MissingBackendModule", ErrorKind::missing_backend_module, 25},
           Case{"MissingBackendAttribute", ErrorKind::missing_backend_attribute, 25},
           Case{"BackendImportError", ErrorKind::backend_import_error, 9},
           Case{"UnsupportedHook", ErrorKind::unsupported_hook, 25},
           Case{"MalformedHookArgument", ErrorKind::malformed_hook_argument, 25},
           Case{"HookRuntimeError", ErrorKind::hook_runtime_error, 9},
       }) {
    SCOPED_TRACE(name);
    const Verdict verdict = judge(python_request(), Answer{.kind = name, .text = "why", .traceback = "frames"});
    const Failure failure = failure_of(verdict);
    EXPECT_EQ(failure.kind, kind);
    EXPECT_EQ(failure.message, "why");
    EXPECT_EQ(failure.traceback, "frames");
    expect_outcome(verdict, row, OutcomeClass::build_failure, 1);
    EXPECT_EQ(verdict.outcome.reason, "why");
    EXPECT_FALSE(verdict.outcome.violation);
  }
}

TEST(Verdict, InfraIsWhereTheHookRaisedOnly) {
  const Verdict verdict =
      judge(python_request(), Answer{.kind = "HookRuntimeError", .text = "InfraException: no disk", .infra = true});
  expect_outcome(verdict, 11, OutcomeClass::infra_failure, 2);
  EXPECT_TRUE(verdict.outcome.confirmed);
  EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
  EXPECT_EQ(failure_of(verdict).message, "InfraException: no disk");
  for (const char* kind : {"BackendImportError", "MissingBackendModule", "UnsupportedHook", "MalformedHookArgument"}) {
    const Verdict other = judge(python_request(), Answer{.kind = kind, .infra = true});
    EXPECT_EQ(other.outcome.outcome_class, OutcomeClass::build_failure) << kind;
  }
  EXPECT_TRUE(judge(python_request(), Answer{.kind = "OK", .infra = true}).outcome.success());
}

// PEP 517: a backend has build_wheel and build_sdist; a front end tries the others, and goes on without.
TEST(Verdict, AnUnsupportedHookFailsNoRunUnlessItIsMandatory) {
  for (const Hook hook : hooks::pep517::kHooks) {
    SCOPED_TRACE(name_of(hook));
    const Verdict verdict =
        judge(python_request(hook), Answer{.kind = "UnsupportedHook", .text = "it has build_wheel"});
    EXPECT_EQ(failure_of(verdict).kind, ErrorKind::unsupported_hook);
    EXPECT_EQ(failure_of(verdict).message, "it has build_wheel");
    if (hook == Hook::build_wheel || hook == Hook::build_sdist) {
      expect_outcome(verdict, 25, OutcomeClass::build_failure, 1);
    } else {
      expect_outcome(verdict, 29, OutcomeClass::skipped, 0);
    }
  }
}

TEST(Verdict, AnswersThatNoBackendGives) {
  for (const std::string kind :
       {"", "ok", "InvalidAction", "InvalidHookName", "MalformedBackendName", "READY", "FATAL"}) {
    SCOPED_TRACE(kind);
    const Verdict verdict = judge(python_request(), Answer{.kind = kind, .text = "x"});
    EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
    EXPECT_THAT(failure_of(verdict).message, HasSubstr("'" + kind + "'"));
    expect_outcome(verdict, 27, OutcomeClass::uncategorized, 255);
  }
  const Verdict verdict = judge(python_request(), Answer{.kind = std::string(1U << 20U, 'x')});
  EXPECT_LT(failure_of(verdict).message.size(), 300U);
}

TEST(Verdict, EndsOfTheHooksOwnMaking) {
  struct Case {
    ProcessEnd end;
    int row;
    OutcomeClass outcome_class;
    int exit_code;
    const char* message;
  };
  for (const auto& [end, row, outcome_class, exit_code, message] : {
           // A worker has no reason to exit, so its code says nothing, 0 and 2 among them.
           Case{Exited{0}, 9, OutcomeClass::build_failure, 1, "exit code 0"},
           Case{Exited{2}, 9, OutcomeClass::build_failure, 1, "exit code 2"},
           Case{Exited{255}, 9, OutcomeClass::build_failure, 1, "exit code 255"},
           Case{Signaled{SIGSEGV}, 17, OutcomeClass::uncategorized, 255, "SIGSEGV"},
           Case{Signaled{SIGABRT, true}, 17, OutcomeClass::uncategorized, 255, "SIGABRT (core dumped)"},
           Case{Signaled{SIGKILL}, 19, OutcomeClass::uncategorized, 255, "SIGKILL"},
           Case{Signaled{SIGTERM}, 19, OutcomeClass::uncategorized, 255, "SIGTERM"},
           Case{Signaled{SIGXFSZ}, 20, OutcomeClass::uncategorized, 255, "SIGXFSZ"},
           Case{Signaled{SIGUSR1}, 0, OutcomeClass::uncategorized, 255, "SIGUSR1"},
       }) {
    SCOPED_TRACE(message);
    for (const Verdict& verdict : {judge_python({.end = end}), judge_native({.end = end})}) {
      EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
      EXPECT_THAT(failure_of(verdict).message, AllOf(HasSubstr("the hook ended its process"), HasSubstr(message)));
      EXPECT_THAT(failure_of(verdict).traceback, IsEmpty());
      expect_outcome(verdict, row, outcome_class, exit_code);
      EXPECT_EQ(verdict.outcome.violation, row == 9);
      EXPECT_EQ(verdict.end, end);
    }
  }
}

TEST(Verdict, OutOfMemory) {
  const Verdict verdict = judge_python({.end = Signaled{SIGKILL}, .out_of_memory = true});
  EXPECT_THAT(failure_of(verdict).message, AllOf(HasSubstr("SIGKILL"), HasSubstr("out of memory")));
  expect_outcome(verdict, 18, OutcomeClass::infra_failure, 2);
  EXPECT_TRUE(verdict.outcome.resource_exhaustion);
}

TEST(Verdict, TimeLimit) {
  const Death death{.cause = Cause::time_limit, .end = Signaled{SIGKILL}, .hang_report = "the tree"};
  const Verdict verdict = judge_python(death, 90s);
  EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
  EXPECT_THAT(failure_of(verdict).message, AllOf(HasSubstr("time limit"), HasSubstr(" 90 s")));
  expect_outcome(verdict, 21, OutcomeClass::timed_out, 2);
  EXPECT_TRUE(verdict.outcome.timeout);
  EXPECT_EQ(verdict.hang_report, "the tree");
  EXPECT_EQ(verdict.end, death.end);
  EXPECT_THAT(failure_of(judge_python(death, 1500ms)).message, HasSubstr(" 1.500 s"));
  EXPECT_THAT(failure_of(judge_python(death, 5ms)).message, HasSubstr(" 0.005 s"));
  // Row 32: it exited as if nothing had been asked of it.
  const Verdict calm = judge_python({.cause = Cause::time_limit, .end = Exited{0}}, 1s);
  expect_outcome(calm, 32, OutcomeClass::timed_out, 2);
}

TEST(Verdict, Stop) {
  const Verdict verdict = judge_python({.cause = Cause::stop, .end = Signaled{SIGTERM}});
  EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
  EXPECT_THAT(failure_of(verdict).message, HasSubstr("the daemon was asked to end"));
  expect_outcome(verdict, 23, OutcomeClass::canceled, -1);
  expect_outcome(judge_python({.cause = Cause::stop, .end = Exited{0}}), 32, OutcomeClass::canceled, -1);
}

// The signal that ends such a worker is the runner's, and says nothing.
TEST(Verdict, RubbishOnTheChannelIsTheHooksFault) {
  for (const ProcessEnd& end : {ProcessEnd(Signaled{SIGTERM}), ProcessEnd(Signaled{SIGKILL}), ProcessEnd(Exited{0})}) {
    const Verdict verdict = judge_python({.cause = Cause::rubbish, .end = end, .last_words = "a frame is too large"});
    EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
    EXPECT_THAT(failure_of(verdict).message, AllOf(HasSubstr("channel"), HasSubstr("a frame is too large")));
    expect_outcome(verdict, 9, OutcomeClass::build_failure, 1);
    EXPECT_TRUE(verdict.outcome.violation);
    EXPECT_THAT(verdict.outcome.reason, Not(HasSubstr("did not send")));
    EXPECT_EQ(verdict.end, end);
  }
}

// An interpreter is a tool of the machine (row 24), a native backend is the project's (row 25).
TEST(Verdict, WorkersThatDoNotStart) {
  for (const int error : {ENOENT, EACCES, ENOEXEC, ENOTDIR}) {
    SCOPED_TRACE(error);
    const Death death{.cause = Cause::start, .end = NotStarted{error, "the system says so"}};
    const Verdict python = judge_python(death);
    EXPECT_EQ(failure_of(python).kind, ErrorKind::hook_runtime_error);
    EXPECT_EQ(failure_of(python).message, std::string(kPython) + " does not start: the system says so");
    expect_outcome(python, 24, OutcomeClass::infra_failure, 2);
    // What is not there now is not there in a second.
    EXPECT_EQ(python.outcome.retry == Retry::never, error == ENOENT);
    EXPECT_EQ(python.end, death.end);

    const Verdict native = judge_native(death);
    EXPECT_EQ(failure_of(native).kind,
              error == ENOENT ? ErrorKind::missing_backend_module : ErrorKind::backend_import_error);
    EXPECT_EQ(failure_of(native).message, std::string(kNative) + " does not start: the system says so");
    expect_outcome(native, 25, OutcomeClass::build_failure, 1);
  }
}

TEST(Verdict, WorkersThatTheSystemCannotStartNow) {
  for (const int error : {EAGAIN, ENOMEM, EMFILE, ENFILE, EIO}) {
    SCOPED_TRACE(error);
    const Death death{.cause = Cause::start, .end = NotStarted{error, "the system says so"}};
    for (const Verdict& verdict : {judge_python(death), judge_native(death)}) {
      EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
      EXPECT_THAT(failure_of(verdict).message, HasSubstr(" does not start: the system says so"));
      expect_outcome(verdict, 24, OutcomeClass::infra_failure, 2);
    }
  }
}

TEST(Verdict, ProgramsThatAreNoWorkers) {
  const Death death{.cause = Cause::start, .end = Exited{1}, .last_words = "needs Python 3.8"};
  const std::string words = ": exit code 1 before it was ready; it said: needs Python 3.8";
  const Verdict python = judge_python(death);
  EXPECT_EQ(failure_of(python).kind, ErrorKind::hook_runtime_error);
  EXPECT_EQ(failure_of(python).message, std::string(kPython) + " is no worker" + words);
  expect_outcome(python, 24, OutcomeClass::infra_failure, 2);
  const Verdict native = judge_native(death);
  EXPECT_EQ(failure_of(native).kind, ErrorKind::backend_import_error);
  EXPECT_EQ(failure_of(native).message, std::string(kNative) + " is no worker" + words);
  expect_outcome(native, 25, OutcomeClass::build_failure, 1);
  const Verdict silent = judge_native({.cause = Cause::start, .end = Signaled{SIGTERM}});
  EXPECT_THAT(failure_of(silent).message, AllOf(HasSubstr("SIGTERM before it was ready"), Not(HasSubstr("it said"))));
}

TEST(Verdict, NotRun) {
  const Outcome why = outcome::system_failure(ENOSPC, "the disk is full");
  const Verdict verdict = not_run(why);
  EXPECT_EQ(failure_of(verdict).kind, ErrorKind::hook_runtime_error);
  EXPECT_EQ(failure_of(verdict).message, "the hook was not run: the disk is full");
  EXPECT_EQ(verdict.outcome, why);
  EXPECT_FALSE(verdict.end);
}

}  // namespace
}  // namespace grapnel::hookd
