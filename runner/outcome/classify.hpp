// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// How a process ended x what output.json says -> outcome: the table of ci-reporting, section 4, as pure functions.
/// Nobody else looks at an exit code.
#pragma once

#include "hooks_api/protocol/output.hpp"
#include <grapnel/outcome.hpp>

#include <optional>
#include <string>
#include <vector>

namespace grapnel::outcome {

/// What stood in output.json's place when the process had ended.
struct OutputEvidence {
  enum class State {
    absent,     ///< no file, or one older than the process
    malformed,  ///< not readable as a document: empty, truncated, no JSON object, too large, a directory, …
    read,       ///< a JSON object
  };
  State state = State::absent;
  std::string
      detail;  ///< part of a sentence; for absent: all of it ("the hook wrote no output.json"); for malformed: why
  bool system_fault = false;             ///< the runner saw ENOSPC, EIO or the like while reading or capturing
  hooks::protocol::OutputStatus status;  ///< for read
  std::vector<std::string> faults;       ///< for read: what the runner's checks found; empty where valid
};

/// Who asked the process to stop, if anybody did.
enum class StopReason { none, time_limit, deadline, canceled };

/// Which class a time limit has.
enum class TimeoutClass { infra, build, uncategorized };

/// What the table is asked.
struct Evidence {
  ProcessEnd end;
  OutputEvidence output{};
  StopReason stop = StopReason::none;  ///< rows 21 to 23 and 32
  bool out_of_memory = false;          ///< row 18: the kernel's OOM killer was seen
};

/// How strictly to judge.
struct Policy {
  bool strict_infra = false;      ///< a bare exit code 2 is uncategorized
  bool signals_as_infra = false;  ///< row 19 is infra
  TimeoutClass timeout_class = TimeoutClass::infra;
};

/// Rows 1 to 24 and 32.
[[nodiscard]] Outcome classify(const Evidence& evidence, const Policy& policy = {});

/// Row 24: the runner itself could not go on.
[[nodiscard]] Outcome system_failure(int error_number, std::string reason);
/// Row 25: the project's own files are wrong.
[[nodiscard]] Outcome project_failure(std::string reason);
/// Row 2, for all hooks together: the assets of the application do not go together.
[[nodiscard]] Outcome invalid_application(std::string reason);
/// Row 26: the hook's program does not compile. `end` is the compiler's, which is the row's only for a normal exit; a
/// compiler that was killed or did not start is judged as rows 17 to 24 say.
[[nodiscard]] Outcome compile_failure(const Evidence& evidence, const Policy& policy = {});
/// Row 27: a bug of the runner.
[[nodiscard]] Outcome internal_failure(std::string reason);
/// Row 29.
[[nodiscard]] Outcome skipped(const std::string& failed_package);
/// Row 1, for a hook that is no process of its own and returned.
[[nodiscard]] Outcome returned();
/// A hook that ended by an exception, in a process that goes on: row 9, or the confirmed row 11 where the exception
/// says that the infrastructure is at fault.
[[nodiscard]] Outcome raised(bool infra, std::string reason);
/// The process that hooks run in, one after another, ended while one ran: rows 17 to 25 and 32, where `evidence.output`
/// says nothing. Exit codes mean nothing here, as such a process has no reason to end: all of them, 0 too, are row 9,
/// and a violation. REQUIRES, for row 25: what is started is the project's, and no tool; else not started is
/// system_failure().
[[nodiscard]] Outcome worker_died(const Evidence& evidence, const Policy& policy = {});
/// A hook that is not there, and need not be: the caller tries and goes on without (PEP 517). As row 29, which makes no
/// run fail.
[[nodiscard]] Outcome unsupported(std::string reason);
/// Row 30.
[[nodiscard]] Outcome cached();
/// Row 31: `last` passed after failed attempts.
[[nodiscard]] Outcome passed_on_retry(Outcome last);

/// The outcome of a run: canceled > internal > infra > build > uncategorized > success, whatever the order of
/// `outcomes`; never retried where any of them is a deterministic build failure. Success for an empty list.
[[nodiscard]] Outcome aggregate(const std::vector<Outcome>& outcomes, Aggregate aggregate = Aggregate::infra_first);

}  // namespace grapnel::outcome
