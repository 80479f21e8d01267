// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One stage of a hook in C++, in this process.
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include "hooks_api/sdk/failure.hpp"
#include <hooks/build_target.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace hooks::build_target {

/// Takes text for people, lines.
using Print = std::function<void(std::string_view text)>;
/// To standard error.
[[nodiscard]] Print print_to_stderr();

/// Runs the stage that `input` asks for. Throws nothing: whatever leaves the hook is a failure of the answer, and its
/// report, with causes and stack trace, is printed, as is what the hook displays. The answer is one that
/// read_stage_output() reads without faults, else a failure instead. A failing one holds what was added so far.
///
/// The hook's state is the input's, and comes back with the answer. Changes nothing else of this process.
[[nodiscard]] StageOutput run_stage(BuildHook& hook, const StageInput& input, const Print& print = print_to_stderr());

/// The answer of a stage that failed for another reason, which is printed.
[[nodiscard]] StageOutput failed_stage(const sdk::Failure& failure, const Print& print = print_to_stderr());

}  // namespace hooks::build_target
