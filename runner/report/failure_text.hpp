// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a report says of one hook that failed, as lines of plain text.
#pragma once

#include "runner/report/model.hpp"

#include <string>

namespace grapnel::report {

/// Reason, notes, first error, who is to act, attempts, log, how to repeat it: a line each; no output of the hook but
/// that one line. For people; without control characters.
[[nodiscard]] std::string failure_text(const HookModel& hook);
/// The last 40 lines of standard error, or of standard output where the other is empty; at most 8 KiB, plain, ends with
/// a line feed unless empty.
[[nodiscard]] std::string output_text(const HookModel& hook);
/// The same for a run that failed although no hook of it did.
[[nodiscard]] std::string failure_text(const RunModel& run);
/// "infra_failure after 0.800 s (exit code 2); success after 0.700 s": all tries of a hook.
[[nodiscard]] std::string attempts_text(const HookModel& hook);

}  // namespace grapnel::report
