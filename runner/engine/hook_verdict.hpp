// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// From the end of a process to an outcome.
#pragma once

#include "runner/engine/evidence.hpp"
#include "runner/process/supervise.hpp"
#include "runner/program/program.hpp"
#include <grapnel/outcome.hpp>
#include <hooks/output.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::engine {

/// What the end of a hook's process means.
struct HookVerdict {
  Outcome outcome;
  hooks::HookOutput output;           ///< counts where the outcome is a success
  std::string document;               ///< what stood in output.json's place: "output.json says failure (build)", …
  std::vector<std::string> warnings;  ///< of the validation
};

/// Reads `output_file` and classifies. Never throws for what it finds.
/// `stop` is what a stop request means: canceled, or over the deadline.
[[nodiscard]] HookVerdict judge_hook(const process::ChildResult& child, const std::filesystem::path& output_file,
                                     const OutputRules& rules, outcome::StopReason stop);

/// The program of the hook could not be built.
[[nodiscard]] Outcome judge_build_failure(const program::BuildFailure& failure, outcome::StopReason stop);

/// It was asked to stop before it ran: `what` says where it was.
[[nodiscard]] Outcome canceled_before(std::string what, outcome::StopReason stop);

}  // namespace grapnel::engine
