// SPDX-License-Identifier: BSD-3-Clause
// ci-reporting, section 4: the whole table against the pure functions.
#include "runner/outcome/classify.hpp"
#include "tests/conformance/ci_reporting_4_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <errno.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace grapnel::outcome {
namespace {

using hooks::protocol::OutputStatus;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tests::TableCell;
using tests::TableCode;
using tests::TableDocument;
using tests::TableSignal;

OutputEvidence absent(std::string detail) {
  OutputEvidence evidence;
  evidence.detail = std::move(detail);
  return evidence;
}

OutputEvidence malformed(std::string detail) {
  OutputEvidence evidence = absent(std::move(detail));
  evidence.state = OutputEvidence::State::malformed;
  return evidence;
}

OutputEvidence read(OutputStatus::Status status, std::string text, std::optional<std::string> type,
                    std::optional<std::string> details_type, std::vector<std::string> faults = {}) {
  OutputEvidence evidence;
  evidence.state = OutputEvidence::State::read;
  evidence.status.status = status;
  evidence.status.status_text = std::move(text);
  evidence.status.type = std::move(type);
  evidence.status.details_type = std::move(details_type);
  evidence.faults = std::move(faults);
  return evidence;
}

/// The evidence for a document of the table.
OutputEvidence evidence_of(std::string_view name) {
  constexpr auto kOk = OutputStatus::Status::success;
  constexpr auto kFail = OutputStatus::Status::failure;
  static const std::map<std::string_view, OutputEvidence> all{
      {"absent", absent("")},
      {"older than the process", absent("output.json is older than the process")},
      {"empty", malformed("line 1, column 1: found the end of the text")},
      {"truncated", malformed("line 2, column 3: found the end of the text")},
      {"not JSON", malformed("line 1, column 1: found 'h'")},
      {"a list", malformed("found a list; expected an object")},
      {"a string", malformed("found a string; expected an object")},
      {"not UTF-8", malformed("line 1, column 4: invalid UTF-8")},
      {"nested too deep", malformed("line 1, column 65: more than 64 levels")},
      {"a directory", malformed("a directory")},
      {"a FIFO", malformed("a FIFO")},
      {"success", read(kOk, "success", {}, {})},
      {"no status", read(kOk, "", {}, {})},
      {"success, invalid", read(kOk, "success", {}, {}, {"assets.0.type: missing; expected a string"})},
      {"success with a failure type", read(kOk, "success", "build", "build")},
      {"failure build", read(kFail, "failure", "build", "build")},
      {"failure build, seed's shape", read(kFail, "failure", "build", {})},
      {"failure build, Dart's shape", read(kFail, "failure", {}, "build")},
      {"failure infra", read(kFail, "failure", "infra", "infra")},
      {"failure infra, seed's shape", read(kFail, "failure", "infra", {})},
      {"failure infra, Dart's shape", read(kFail, "failure", {}, "infra")},
      {"failure uncategorized", read(kFail, "failure", "uncategorized", "uncategorized")},
      {"failure of an unknown type", read(kFail, "failure", "cosmic", "cosmic")},
      {"failure without details", read(kFail, "failure", {}, {})},
      {"unknown status", read(OutputStatus::Status::unknown, "odd", {}, {})},
      {"type build, details infra", read(kFail, "failure", "build", "infra")},
      {"type infra, details build", read(kFail, "failure", "infra", "build")},
  };
  return all.at(name);
}

Evidence evidence(ProcessEnd end, std::string_view document) { return Evidence{std::move(end), evidence_of(document)}; }

std::string test_name(std::string_view text) {
  std::string name(text);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

// --- rows 1 to 14: the exit codes in use x every document
// ---------------------------------------------------------------

class CiReporting4ExitCode : public ::testing::TestWithParam<TableDocument> {};

TEST_P(CiReporting4ExitCode, HasTheRowOfTheTable) {
  const TableDocument& document = GetParam();
  for (const auto& [code, row] : {std::pair(0, document.exit_0), std::pair(1, document.exit_1),
                                  std::pair(2, document.exit_2), std::pair(255, document.exit_255)}) {
    SCOPED_TRACE(code);
    expect_row(classify(evidence(Exited{code}, document.name)), tests::cell(row));
  }
}

INSTANTIATE_TEST_SUITE_P(Documents, CiReporting4ExitCode, ::testing::ValuesIn(tests::kDocuments),
                         [](const auto& each) { return test_name(each.param.name); });

// --- rows 15 and 16: reserved codes, whatever the document says
// -----------------------------------------------------------

class CiReporting4ReservedCode : public ::testing::TestWithParam<TableCode> {};

TEST_P(CiReporting4ReservedCode, WhateverTheDocumentSays) {
  const TableCode& code = GetParam();
  for (const TableDocument& document : tests::kDocuments) {
    SCOPED_TRACE(document.name);
    const Outcome outcome = classify(evidence(Exited{code.exit_code}, document.name));
    expect_row(outcome, tests::cell(std::to_string(code.row)));
    EXPECT_THAT(outcome.reason, HasSubstr("exit code " + std::to_string(code.exit_code)));
    EXPECT_THAT(outcome.notes, Contains(HasSubstr(code.row == 15 ? "reserved exit code" : "Dart VM")));
  }
}

INSTANTIATE_TEST_SUITE_P(Codes, CiReporting4ReservedCode, ::testing::ValuesIn(tests::kReservedCodes),
                         [](const auto& each) { return "Code" + std::to_string(each.param.exit_code); });

TEST(CiReporting4, EveryCodeFrom3To251IsReserved) {
  for (int code = 3; code <= 251; ++code) {
    SCOPED_TRACE(code);
    expect_row(classify(evidence(Exited{code}, "success")), tests::cell("15"));
  }
}

// --- rows 17 to 20: signals
// -------------------------------------------------------------------------------------------------

class CiReporting4Signal : public ::testing::TestWithParam<TableSignal> {};

TEST_P(CiReporting4Signal, WhateverTheDocumentSays) {
  const TableSignal& signal = GetParam();
  for (const TableDocument& document : tests::kDocuments) {
    SCOPED_TRACE(document.name);
    const Outcome outcome = classify(evidence(Signaled{signal.signal, false}, document.name));
    expect_row(outcome, tests::cell(std::to_string(signal.row)));
    EXPECT_THAT(outcome.reason, HasSubstr("killed by " + std::string(signal.name)));
  }
}

INSTANTIATE_TEST_SUITE_P(Signals, CiReporting4Signal, ::testing::ValuesIn(tests::kSignals),
                         [](const auto& each) { return test_name(each.param.name); });

TEST(CiReporting4, Row17SaysThatACoreWasDumped) {
  EXPECT_THAT(classify(evidence(Signaled{SIGSEGV, true}, "absent")).reason, HasSubstr("SIGSEGV (core dumped)"));
}

TEST(CiReporting4, Row18IsSigkillWithEvidenceOfExhaustedMemory) {
  Evidence killed = evidence(Signaled{SIGKILL, false}, "absent");
  killed.out_of_memory = true;
  expect_row(classify(killed), tests::cell("18"));
  // The evidence is about a kill; another signal is no victim of the OOM killer.
  Evidence terminated = evidence(Signaled{SIGTERM, false}, "absent");
  terminated.out_of_memory = true;
  expect_row(classify(terminated), tests::cell("19"));
}

TEST(CiReporting4, Row19IsInfraWhereTheOptionSaysSo) {
  const Outcome outcome = classify(evidence(Signaled{SIGTERM, false}, "absent"), {.signals_as_infra = true});
  EXPECT_EQ(outcome.row, 19);
  EXPECT_EQ(outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.luci, LuciStatus::infra_failure);
  EXPECT_EQ(outcome.retry, Retry::once);
  expect_row(classify(evidence(Signaled{SIGSEGV, false}, "absent"), {.signals_as_infra = true}), tests::cell("17"));
  expect_row(classify(evidence(Signaled{SIGUSR1, false}, "absent"), {.signals_as_infra = true}), tests::cell("0"));
}

TEST(CiReporting4, Row20NotesTheResource) {
  EXPECT_THAT(classify(evidence(Signaled{SIGXCPU, false}, "absent")).notes, Contains(HasSubstr("processor time")));
  EXPECT_THAT(classify(evidence(Signaled{SIGXFSZ, false}, "absent")).notes, Contains(HasSubstr("larger file")));
}

// --- rows 21 to 23 and 32: who stopped it
// --------------------------------------------------------------------------------------

struct Stop {
  StopReason reason;
  int row;
};

class CiReporting4Stop : public ::testing::TestWithParam<Stop> {};

TEST_P(CiReporting4Stop, HoweverItEnds) {
  for (const TableDocument& document : tests::kDocuments) {
    for (const ProcessEnd& end :
         {ProcessEnd(Signaled{SIGTERM, false}), ProcessEnd(Signaled{SIGKILL, false}), ProcessEnd(Exited{1}),
          ProcessEnd(Exited{2}), ProcessEnd(Exited{143}), ProcessEnd(NotStarted{EAGAIN, "clone failed"})}) {
      Evidence stopped = evidence(end, document.name);
      stopped.stop = GetParam().reason;
      SCOPED_TRACE(std::string(document.name) + ", " + describe(end));
      expect_row(classify(stopped), tests::cell(std::to_string(GetParam().row)));
    }
  }
}

TEST_P(CiReporting4Stop, Row32IgnoresExitCodeZeroAndTheOutput) {
  for (const TableDocument& document : tests::kDocuments) {
    SCOPED_TRACE(document.name);
    Evidence stopped = evidence(Exited{0}, document.name);
    stopped.stop = GetParam().reason;
    Outcome outcome = classify(stopped);
    EXPECT_EQ(outcome.row, 32);
    outcome.row = GetParam().row;  // all other columns are those of 21 to 23
    expect_row(outcome, TableCell{GetParam().row, true});
  }
}

INSTANTIATE_TEST_SUITE_P(Reasons, CiReporting4Stop,
                         ::testing::Values(Stop{StopReason::time_limit, 21}, Stop{StopReason::deadline, 22},
                                           Stop{StopReason::canceled, 23}),
                         [](const auto& each) { return "Row" + std::to_string(each.param.row); });

TEST(CiReporting4, Row21CountsAsTheOptionSays) {
  Evidence late = evidence(Signaled{SIGKILL, false}, "absent");
  late.stop = StopReason::time_limit;
  const Outcome build = classify(late, {.timeout_class = TimeoutClass::build});
  EXPECT_EQ(build.outcome_class, OutcomeClass::timed_out);
  EXPECT_EQ(build.exit_code, 1);
  EXPECT_EQ(build.luci, LuciStatus::failure);
  EXPECT_EQ(build.retry, Retry::never);
  const Outcome uncategorized = classify(late, {.timeout_class = TimeoutClass::uncategorized});
  EXPECT_EQ(uncategorized.outcome_class, OutcomeClass::timed_out);
  EXPECT_EQ(uncategorized.exit_code, 255);
  EXPECT_EQ(uncategorized.luci, LuciStatus::failure);
  EXPECT_EQ(uncategorized.retry, Retry::never);
}

// --- rows 24 to 31
// ---------------------------------------------------------------------------------------------------------------

TEST(CiReporting4, Row24IsRetriedUnlessSomethingIsMissing) {
  for (const int error : {EAGAIN, ENOMEM, EMFILE, ENOSPC, EIO}) {
    SCOPED_TRACE(error);
    expect_row(classify(evidence(NotStarted{error, "why"}, "absent")), tests::cell("24"));
    expect_row(system_failure(error, "why"), tests::cell("24"));
  }
  const Outcome missing = classify(evidence(NotStarted{ENOENT, "no interpreter"}, "absent"));
  EXPECT_EQ(missing.row, 24);
  EXPECT_EQ(missing.outcome_class, OutcomeClass::infra_failure);
  EXPECT_EQ(missing.retry, Retry::never);
  EXPECT_EQ(system_failure(ENOENT, "no interpreter").retry, Retry::never);
}

TEST(CiReporting4, Row25IsAHookThatCannotBeExecuted) {
  for (const int error : {EACCES, ENOEXEC}) {
    SCOPED_TRACE(error);
    expect_row(classify(evidence(NotStarted{error, "why"}, "absent")), tests::cell("25"));
  }
  expect_row(project_failure("a cycle"), tests::cell("25"));
}

TEST(CiReporting4, Row26IsWhateverCodeACompilerEndsWith) {
  for (const int code : {1, 2, 4, 255}) {
    SCOPED_TRACE(code);
    expect_row(compile_failure(evidence(Exited{code}, "absent")), tests::cell("26"));
  }
}

TEST(CiReporting4, ACompilerThatDidNotEndByItselfIsNoCompileError) {
  expect_row(compile_failure(evidence(Signaled{SIGSEGV, false}, "absent")), tests::cell("17"));
  expect_row(compile_failure(evidence(Signaled{SIGTERM, false}, "absent")), tests::cell("19"));
  expect_row(compile_failure(evidence(NotStarted{EAGAIN, "why"}, "absent")), tests::cell("24"));
  expect_row(compile_failure(evidence(NotStarted{EACCES, "why"}, "absent")), tests::cell("24"));
  Evidence killed = evidence(Signaled{SIGKILL, false}, "absent");
  killed.out_of_memory = true;
  expect_row(compile_failure(killed), tests::cell("18"));
  Evidence canceled = evidence(Exited{1}, "absent");
  canceled.stop = StopReason::canceled;
  expect_row(compile_failure(canceled), tests::cell("23"));
  Evidence disk_full = evidence(Exited{1}, "absent");
  disk_full.output.system_fault = true;
  expect_row(compile_failure(disk_full), tests::cell("24"));
}

TEST(CiReporting4, Row2AlsoHoldsForTheAssetsOfAllHooksTogether) {
  expect_row(invalid_application("two assets with one id"), tests::cell("2"));
}

TEST(CiReporting4, Rows27To31) {
  expect_row(internal_failure("a bug"), tests::cell("27"));
  expect_row(skipped("zlib"), tests::cell("29"));
  EXPECT_THAT(skipped("zlib").reason, HasSubstr("'zlib'"));
  expect_row(cached(), tests::cell("30"));
  Outcome passed = classify(evidence(Exited{0}, "success with a failure type"));
  const auto notes = passed.notes;
  const Outcome retried = passed_on_retry(passed);
  expect_row(retried, tests::cell("31"));
  EXPECT_EQ(retried.notes, notes);
}

// --- hooks in a process that goes on
// ----------------------------------------------------------------------------------------------

TEST(CiReporting4, ReturningIsRow1) { expect_row(returned(), tests::cell("1")); }

TEST(CiReporting4, RaisingIsRow9AndRow11) {
  expect_row(raised(false, "ValueError: no"), tests::cell("9"));
  expect_row(raised(true, "InfraException: no mirror"), tests::cell("11"));
  EXPECT_TRUE(raised(true, "InfraException: no mirror").confirmed);
  EXPECT_FALSE(raised(false, "ValueError: no").confirmed);
  EXPECT_EQ(raised(false, "ValueError: no").reason, "ValueError: no");
}

TEST(CiReporting4, Row29IsAHookThatNeedNotBeThereToo) { expect_row(unsupported("no such hook"), tests::cell("29")); }

TEST(CiReporting4, AWorkersExitCodeSaysNothingButThatItBrokeTheRules) {
  // 0, 1 and 2 mean something where a hook is a process; os._exit(0) in a hook is no success.
  for (const int code : {0, 1, 2, 3, 70, 137, 254, 255}) {
    SCOPED_TRACE(code);
    const Outcome outcome = worker_died(evidence(Exited{code}, "absent"));
    TableCell cell = tests::cell("9");
    cell.violation = true;
    expect_row(outcome, cell);
    EXPECT_THAT(outcome.reason, HasSubstr("exit code " + std::to_string(code)));
  }
}

TEST(CiReporting4, AWorkersOtherEndsHaveTheirRows) {
  expect_row(worker_died(evidence(Signaled{SIGSEGV, true}, "absent")), tests::cell("17"));
  expect_row(worker_died(evidence(Signaled{SIGKILL, false}, "absent")), tests::cell("19"));
  expect_row(worker_died(evidence(Signaled{SIGXFSZ, false}, "absent")), tests::cell("20"));
  expect_row(worker_died(evidence(NotStarted{EAGAIN, "why"}, "absent")), tests::cell("24"));
  expect_row(worker_died(evidence(NotStarted{EACCES, "why"}, "absent")), tests::cell("25"));
  Evidence killed = evidence(Signaled{SIGKILL, false}, "absent");
  killed.out_of_memory = true;
  expect_row(worker_died(killed), tests::cell("18"));
  EXPECT_EQ(worker_died(evidence(Signaled{SIGTERM, false}, "absent"), {.signals_as_infra = true}).outcome_class,
            OutcomeClass::infra_failure);

  for (const auto& [reason, row] : {std::pair{StopReason::time_limit, "21"}, std::pair{StopReason::deadline, "22"},
                                    std::pair{StopReason::canceled, "23"}}) {
    SCOPED_TRACE(row);
    for (const ProcessEnd& end : {ProcessEnd(Signaled{SIGKILL, false}), ProcessEnd(Exited{1})}) {
      Evidence stopped = evidence(end, "absent");
      stopped.stop = reason;
      expect_row(worker_died(stopped), tests::cell(row));
    }
  }
}

// --- what the rows say in words
// ------------------------------------------------------------------------------------------------

TEST(CiReporting4, Row2NotesEveryFault) {
  const Outcome outcome = classify(evidence(Exited{0}, "success, invalid"));
  EXPECT_THAT(outcome.notes, Contains("assets.0.type: missing; expected a string"));
}

TEST(CiReporting4, Rows3And4AreInfraWhereTheRunnerSawAFaultOfTheSystem) {
  Evidence truncated = evidence(Exited{0}, "truncated");
  truncated.output.system_fault = true;
  const Outcome outcome = classify(truncated);
  EXPECT_EQ(outcome.row, 4);
  EXPECT_EQ(outcome.outcome_class, OutcomeClass::infra_failure);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.luci, LuciStatus::infra_failure);
  EXPECT_EQ(outcome.retry, Retry::yes);
  EXPECT_FALSE(outcome.violation);
  Evidence missing = evidence(Exited{0}, "absent");
  missing.output.system_fault = true;
  expect_row(classify(missing), tests::cell("24"));
}

TEST(CiReporting4, Row12IsUncategorizedWhereInfraIsStrict) {
  for (const auto* document : {"absent", "truncated", "unknown status"}) {
    SCOPED_TRACE(document);
    const Outcome outcome = classify(evidence(Exited{2}, document), {.strict_infra = true});
    EXPECT_EQ(outcome.row, 12);
    EXPECT_EQ(outcome.outcome_class, OutcomeClass::uncategorized);
    EXPECT_EQ(outcome.exit_code, 255);
    EXPECT_EQ(outcome.luci, LuciStatus::failure);
    EXPECT_EQ(outcome.retry, Retry::never);
  }
  expect_row(classify(evidence(Exited{2}, "failure infra"), {.strict_infra = true}), tests::cell("11"));
  expect_row(classify(evidence(Exited{2}, "failure build"), {.strict_infra = true}), tests::cell("13"));
}

TEST(CiReporting4, ReasonsAreSentencesForPeople) {
  const auto reason = [](int code, std::string_view document) {
    return classify(evidence(Exited{code}, document)).reason;
  };
  EXPECT_EQ(reason(0, "absent"), "exit code 0, but there is no output.json");
  EXPECT_EQ(reason(0, "older than the process"), "exit code 0, but output.json is older than the process");
  EXPECT_EQ(reason(0, "a directory"), "exit code 0, but output.json cannot be read (a directory)");
  EXPECT_EQ(reason(0, "failure infra"), "exit code 0, but output.json says failure (infra)");
  EXPECT_EQ(reason(0, "unknown status"), "exit code 0, but output.json has the unknown status 'odd'");
  EXPECT_EQ(reason(0, "failure without details"), "exit code 0, but output.json says failure without a type");
  EXPECT_EQ(reason(1, "success"), "exit code 1, but output.json says success");
  EXPECT_EQ(reason(1, "failure build"), "exit code 1, and output.json says failure (build)");
  EXPECT_EQ(reason(2, "failure build"), "exit code 2, but output.json says failure (build)");
  EXPECT_EQ(reason(2, "failure of an unknown type"),
            "exit code 2, but output.json says failure with the unknown type 'cosmic'");
  EXPECT_EQ(reason(255, "success"), "exit code 255, but output.json says success");
  EXPECT_EQ(reason(7, "success"), "exit code 7, which is reserved");
}

TEST(CiReporting4, TheHooksOwnMessageStandsInTheReasonOnOneShortLine) {
  Evidence failed = evidence(Exited{1}, "failure build");
  failed.output.status.message = "no header 'zlib.h'\nand more";
  EXPECT_EQ(classify(failed).reason, "exit code 1, and output.json says failure (build): 'no header 'zlib.h'…'");
  // Cut between characters: 199 bytes, then one of two bytes that does not fit.
  failed.output.status.message = std::string(199, 'x') + "é and more";
  EXPECT_EQ(classify(failed).reason,
            "exit code 1, and output.json says failure (build): '" + std::string(199, 'x') + "…'");
}

TEST(CiReporting4, DisagreementsAreNoted) {
  EXPECT_THAT(classify(evidence(Exited{2}, "type build, details infra")).notes,
              Contains("output.json has type 'build' and failure_details.type 'infra'; the latter counts."));
  EXPECT_THAT(classify(evidence(Exited{0}, "success with a failure type")).notes,
              Contains(HasSubstr("and also a failure type: 'build'")));
  EXPECT_THAT(classify(evidence(Exited{0}, "success")).notes, IsEmpty());
  EXPECT_THAT(classify(evidence(Exited{255}, "failure infra")).notes, Contains(HasSubstr("'infra'")));
  EXPECT_THAT(classify(evidence(Exited{255}, "failure uncategorized")).notes, IsEmpty());
}

}  // namespace
}  // namespace grapnel::outcome
