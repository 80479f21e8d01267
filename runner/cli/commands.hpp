// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The commands; each gives the program's exit code.
#pragma once

#include "runner/cli/command_line.hpp"

namespace grapnel::cli {

[[nodiscard]] int run(const BuildCommand& command);
[[nodiscard]] int run(const LinkCommand& command);
[[nodiscard]] int run(const ValidateCommand& command);
[[nodiscard]] int run(const WhyCommand& command);
[[nodiscard]] int run(const LogsCommand& command);
[[nodiscard]] int run(const PlanCommand& command);
[[nodiscard]] int run(const GraphCommand& command);
[[nodiscard]] int run(const CleanCommand& command);
[[nodiscard]] int run(const GcCommand& command);
[[nodiscard]] int run(const ReportCommand& command);
[[nodiscard]] int run(const LuciexeCommand& command);
[[nodiscard]] int run(const DaemonCommand& command);
[[nodiscard]] int run(const TargetCommand& command);

}  // namespace grapnel::cli
