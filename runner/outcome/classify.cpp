// SPDX-License-Identifier: BSD-3-Clause
// Which row of the table applies; the rows' columns are in table.cpp.
#include "runner/outcome/classify.hpp"

#include "runner/outcome/document.hpp"
#include "runner/outcome/table.hpp"

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace grapnel::outcome {
namespace {

/// Makes an outcome be of another class than its row says, where an option or a system fault says so.
void become(Outcome& outcome, OutcomeClass outcome_class) {
  outcome.outcome_class = outcome_class;
  count_as(outcome, outcome_class);
}

Outcome exited_0(const OutputEvidence& output, const Document& document) {
  const auto but = [&](std::string_view what) { return "exit code 0, but " + std::string(what); };
  switch (document.verdict) {
    case Verdict::absent: {
      // Row 3; where the runner itself could not write, that is the likelier reason: row 24.
      if (output.system_fault) return row(24, but(document.text + ", and the runner met a fault of the system"));
      return row(3, but(document.text));
    }
    case Verdict::malformed: {
      Outcome outcome = row(4, but(document.text));
      if (output.system_fault) {
        become(outcome, OutcomeClass::infra_failure);
        outcome.retry = Retry::yes;  // as row 24: nothing says that it was the hook
        outcome.violation = false;
      }
      return outcome;
    }
    case Verdict::success: {
      if (!output.faults.empty()) {
        Outcome outcome = row(2, but("output.json is not valid"));
        outcome.notes = output.faults;
        return outcome;
      }
      Outcome outcome = row(1, "exit code 0 and a valid output.json");
      if (!document.type.empty()) {
        outcome.notes.push_back("output.json says success, and also a failure type: '" + document.type + "'.");
      }
      return outcome;
    }
    case Verdict::build:
      return row(5, but(document.text));
    case Verdict::infra:
      return row(6, but(document.text));
    case Verdict::other_failure:
      return row(7, but(document.text));
    case Verdict::unknown_status:
      return row(8, but(document.text));
  }
  return row(kNoRow, but(document.text));
}

Outcome exited_1(const Document& document) {
  switch (document.verdict) {
    case Verdict::absent:
    case Verdict::malformed:
    case Verdict::build:
      return row(9, "exit code 1, and " + document.text);
    case Verdict::success:
    case Verdict::infra:
    case Verdict::other_failure:
    case Verdict::unknown_status:
      break;
  }
  return row(10, "exit code 1, but " + document.text);
}

Outcome exited_2(const Document& document, const Policy& policy) {
  const auto unconfirmed = [&](std::string reason) {
    Outcome outcome = row(12, std::move(reason));
    outcome.notes.emplace_back(
        "Many programs end with exit code 2 without meaning an infra failure: make, shells, Python's argparse.");
    if (policy.strict_infra) become(outcome, OutcomeClass::uncategorized);
    return outcome;
  };
  switch (document.verdict) {
    case Verdict::infra: {
      Outcome outcome = row(11, "exit code 2, and " + document.text);
      outcome.confirmed = true;
      return outcome;
    }
    case Verdict::absent:
    case Verdict::malformed:
      return unconfirmed("exit code 2, and " + document.text);
    case Verdict::success:
    case Verdict::build:
      return row(13, "exit code 2, but " + document.text);
    case Verdict::other_failure:
    case Verdict::unknown_status:
      break;
  }
  Outcome outcome = unconfirmed("exit code 2, but " + document.text);
  outcome.violation = true;
  return outcome;
}

Outcome exited_255(const Document& document) {
  Outcome outcome = row(14, "exit code 255, and " + document.text);
  if (document.verdict == Verdict::success) {
    outcome.violation = true;
    outcome.reason = "exit code 255, but " + document.text;
  } else if (document.verdict == Verdict::infra || document.verdict == Verdict::build) {
    outcome.notes.push_back("output.json says '" + document.type + "', but exit code 255 is always uncategorized.");
  }
  return outcome;
}

Outcome exited_reserved(int code) {
  const std::string number = std::to_string(code);
  if (code >= 252 && code <= 254) {
    Outcome outcome = row(16, "exit code " + number);
    outcome.notes.push_back("The Dart VM ends with " + number + " itself: " +
                            (code == 252   ? "its compiler crashed."
                             : code == 253 ? "it refused its input, such as a damaged kernel file."
                                           : "the program has a compile error."));
    return outcome;
  }
  Outcome outcome = row(15, "exit code " + number + ", which is reserved");
  outcome.notes.push_back(
      "The hook ended with the reserved exit code " + number +
      ". Only 0, 1, 2 and 255 are in use; throw BuildException or InfraException, or end with 1 or 2.");
  return outcome;
}

Outcome exited(int code, const OutputEvidence& output, const Policy& policy) {
  if (code != 0 && code != 1 && code != 2 && code != 255) return exited_reserved(code);
  const Document document = judge(output);
  Outcome outcome = code == 0   ? exited_0(output, document)
                    : code == 1 ? exited_1(document)
                    : code == 2 ? exited_2(document, policy)
                                : exited_255(document);
  if (!document.disagreement.empty()) {
    outcome.violation = true;
    outcome.notes.push_back(document.disagreement);
  }
  return outcome;
}

Outcome signaled(const Signaled& end, bool out_of_memory, const Policy& policy) {
  const std::string reason = describe(ProcessEnd(end));
  switch (end.signal) {
    case SIGABRT:
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGSYS:
    case SIGTRAP: {
      Outcome outcome = row(17, "crashed: " + reason);
      outcome.crash = true;
      return outcome;
    }
    case SIGKILL:
    case SIGTERM:
    case SIGHUP:
    case SIGINT:
    case SIGQUIT:
    case SIGPIPE: {
      if (end.signal == SIGKILL && out_of_memory) {
        Outcome outcome = row(18, reason + ", as the system was out of memory");
        outcome.resource_exhaustion = true;
        return outcome;
      }
      Outcome outcome = row(19, reason + ", and the runner did not send it");
      if (policy.signals_as_infra) become(outcome, OutcomeClass::infra_failure);
      return outcome;
    }
    case SIGXCPU:
    case SIGXFSZ: {
      Outcome outcome = row(20, reason);
      outcome.notes.emplace_back(end.signal == SIGXCPU
                                     ? "The hook used more processor time than its limit allows (ulimit -t)."
                                     : "The hook wrote a larger file than its limit allows (ulimit -f).");
      return outcome;
    }
    default:
      return row(kNoRow, reason);
  }
}

Outcome not_started(const NotStarted& end) {
  // A program that is there and cannot be executed is the project's; all else is the system's.
  if (end.error_number == EACCES || end.error_number == ENOEXEC) return project_failure(describe(ProcessEnd(end)));
  return system_failure(end.error_number, describe(ProcessEnd(end)));
}

Outcome stopped(const Evidence& evidence, const Policy& policy) {
  Outcome outcome;
  switch (evidence.stop) {
    case StopReason::none:
      throw std::logic_error("nobody stopped the hook");
    case StopReason::time_limit:
      outcome = row(21, "the hook's time limit was reached");
      if (policy.timeout_class == TimeoutClass::build) count_as(outcome, OutcomeClass::build_failure);
      if (policy.timeout_class == TimeoutClass::uncategorized) count_as(outcome, OutcomeClass::uncategorized);
      outcome.timeout = true;
      break;
    case StopReason::deadline:
      outcome = row(22, "the run's deadline was reached");
      outcome.timeout = true;
      break;
    case StopReason::canceled:
      outcome = row(23, "canceled");
      break;
  }
  outcome.reason += " (" + describe(evidence.end) + ")";
  // Row 32: it went on as if nothing had been asked of it; what it wrote is not believed.
  if (evidence.end == ProcessEnd(Exited{0})) {
    outcome.row = 32;
    outcome.violation = true;
    outcome.notes.emplace_back("The hook ended with exit code 0 although it was told to stop; its output is ignored.");
  }
  return outcome;
}

}  // namespace

Outcome classify(const Evidence& evidence, const Policy& policy) {
  if (evidence.stop != StopReason::none) return stopped(evidence, policy);
  if (const auto* end = std::get_if<Exited>(&evidence.end)) return exited(end->code, evidence.output, policy);
  if (const auto* end = std::get_if<Signaled>(&evidence.end)) return signaled(*end, evidence.out_of_memory, policy);
  return not_started(std::get<NotStarted>(evidence.end));
}

Outcome system_failure(int error_number, std::string reason) {
  Outcome outcome = row(24, std::move(reason));
  // What is not there now will not be there in a second.
  if (error_number == ENOENT) outcome.retry = Retry::never;
  return outcome;
}

Outcome project_failure(std::string reason) { return row(25, std::move(reason)); }

Outcome invalid_application(std::string reason) { return row(2, std::move(reason)); }

Outcome compile_failure(const Evidence& evidence, const Policy& policy) {
  if (evidence.stop != StopReason::none) return stopped(evidence, policy);
  if (const auto* end = std::get_if<Signaled>(&evidence.end)) return signaled(*end, evidence.out_of_memory, policy);
  // A compiler that cannot be executed is a broken tool, not a broken project.
  if (const auto* end = std::get_if<NotStarted>(&evidence.end)) return system_failure(end->error_number, end->what);
  const std::string reason = "the hook's program does not compile: " + describe(evidence.end);
  if (evidence.output.system_fault) {
    return system_failure(0, reason + ", and the runner met a fault of the system: " + evidence.output.detail);
  }
  return row(26, reason);
}

Outcome internal_failure(std::string reason) { return row(27, std::move(reason)); }

Outcome skipped(const std::string& failed_package) {
  return row(29, "not started, as the hook of package '" + failed_package + "' failed");
}

Outcome returned() { return row(1, "the hook returned"); }

Outcome raised(bool infra, std::string reason) {
  Outcome outcome = row(infra ? 11 : 9, std::move(reason));
  outcome.confirmed = infra;
  return outcome;
}

Outcome worker_died(const Evidence& evidence, const Policy& policy) {
  const auto* const end = std::get_if<Exited>(&evidence.end);
  if (end == nullptr || evidence.stop != StopReason::none) return classify(evidence, policy);
  Outcome outcome = row(9, "the hook ended its process (" + describe(evidence.end) + ") instead of returning");
  outcome.violation = true;
  return outcome;
}

Outcome unsupported(std::string reason) { return row(29, std::move(reason)); }

Outcome cached() { return row(30, "nothing that it depends on has changed"); }

Outcome passed_on_retry(Outcome last) {
  Outcome outcome = row(31, "failed, then passed with the same inputs");
  outcome.flaky = true;
  outcome.notes = std::move(last.notes);
  return outcome;
}

}  // namespace grapnel::outcome
