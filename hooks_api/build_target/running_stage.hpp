// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a BuildHook's accessors read while a stage runs.
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include <hooks/build_target.hpp>

namespace hooks::detail {

/// Attached to a hook for as long as it lives. Borrows everything.
class RunningStage {
 public:
  RunningStage(BuildHook& hook, const build_target::StageInput& stage_input, build_target::StageOutput& stage_output,
               const BuildApp& stage_app)
      : input(stage_input),
        output(stage_output),
        app(stage_app),
        metadata{.name = input.project_name, .version = input.project_version, .json = input.metadata},
        hook_(&hook) {
    hook.stage_ = this;
  }
  RunningStage(const RunningStage&) = delete;
  RunningStage& operator=(const RunningStage&) = delete;
  ~RunningStage() { hook_->stage_ = nullptr; }

  const build_target::StageInput& input;
  build_target::StageOutput& output;
  const BuildApp& app;
  const ProjectMetadata metadata;

 private:
  BuildHook* hook_;
};

}  // namespace hooks::detail
