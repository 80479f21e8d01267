// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A hook as the lifecycle sees it: it does not know whether that is C++ in this process, a process for each stage, one
/// for the whole session, or Python (spec: hatch-build-hooks, section 2).
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include "runner/target/build_data.hpp"
#include <grapnel/outcome.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grapnel::target {

using hooks::build_target::Stage;

/// How a stage ended, with what there is to tell about it. A value; success by default.
struct StageEnd {
  Outcome outcome{};
  int exit_code = 0;           ///< of the command: the outcome's, or the N of abort(N)
  bool up_to_date = false;     ///< nothing ran: it was replayed
  bool is_forgivable = false;  ///< only dependencies are asked: a plugin or a module may be about to be installed
  std::filesystem::path directory{};
  std::filesystem::path log{};
  std::filesystem::path output_log{};
  std::filesystem::path run_sh{};
  std::string stderr_tail{};
  std::string stdout_tail{};
  std::string hang_report{};
  std::optional<ProcessEnd> end{};
  std::string output{};  ///< as in HookFinished
  std::chrono::nanoseconds duration{};

  [[nodiscard]] bool success() const noexcept { return outcome.success(); }
};

/// A StageEnd of an outcome.
[[nodiscard]] StageEnd ended(Outcome outcome);

/// One hook of one target; lives as long as the target is built. Everything that happens to the hook is a value;
/// SystemError and ProjectError are thrown for what the runner itself cannot do.
class StagedHook {
 public:
  virtual ~StagedHook();

  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  /// Makes the hook, as its constructor does in Hatch: builds its program, loads its script. Called once, before
  /// everything else.
  virtual StageEnd construct() = 0;
  virtual StageEnd dependencies(std::vector<std::string>& requirements) = 0;
  virtual StageEnd clean(const std::vector<std::string>& versions) = 0;
  virtual StageEnd initialize(const std::string& version, BuildData& data) = 0;
  virtual StageEnd finalize(const std::string& version, BuildData& data, const std::filesystem::path& artifact) = 0;
  /// The version is over, in whatever way: its work directory goes. Never throws.
  virtual void end_version() noexcept = 0;

 protected:
  StagedHook() = default;
  StagedHook(const StagedHook&) = default;
  StagedHook& operator=(const StagedHook&) = default;
};

}  // namespace grapnel::target
