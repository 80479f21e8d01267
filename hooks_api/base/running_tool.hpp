// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A tool that runs while its caller does something else: run_tool() in steps.
#pragma once

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/base/tail.hpp"

#include <string>

namespace hooks::base {

/// A tool from its start to its end, in the caller's process group. Collects its output, both streams together. Killed
/// and reaped at the latest by the destructor. Thread safety: as an int.
class RunningTool {
 public:
  /// The request's output descriptors are not used.
  [[nodiscard]] static Expected<RunningTool> start(SpawnRequest request);
  RunningTool(RunningTool&& other) noexcept;
  RunningTool& operator=(RunningTool&& other) = delete;
  ~RunningTool();

  /// Readable when the tool has ended.
  [[nodiscard]] int process_fd() const noexcept { return process_.get(); }
  /// Readable when it has printed something; -1 after it closed its output.
  [[nodiscard]] int output_fd() const noexcept { return output_.get(); }
  /// Reads once; blocks where nothing is there.
  void read_output();

  /// Waits for the end of the process, not for the end of its pipe. Once. What it prints meanwhile is not read, so it
  /// belongs after process_fd() has become readable.
  [[nodiscard]] Expected<ToolResult> finish();

 private:
  RunningTool(std::string what, pid_t pid, Fd process, Fd output) noexcept;

  std::string what_;
  pid_t pid_;  ///< -1 when reaped
  Fd process_;
  Fd output_;
  Tail tail_{kToolOutputLimit};
};

}  // namespace hooks::base
