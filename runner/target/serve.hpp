// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// `grapnel target serve`: the hooks of a project for another build system that builds the project itself. The Hatch
/// plugin of integrations/hatch starts it (spec: hatch-build-hooks, section 6.5).
///
/// One JSON object a line on standard input and output. First {"ready": 1}; then to each request {"id", "method",
/// "params"} an answer {"id", "result"} or {"id", "error": {"message", "code", "outcome"}}, where `code` is the exit
/// code of the whole build. Methods: open {target, directory, hook_config, config_settings, verbosity} → {hooks};
/// dependencies {} → {requirements}; clean {versions} → {}; initialize {version, build_data, build_hooks} → {patch:
/// {build_data, replace, exclude}}; finalize {version, build_data, artifact_path} → {}; close {} → {}. It ends with its
/// input; a stage that runs is ended when nobody can read its answer any more.
#pragma once

#include <grapnel/build_target.hpp>

#include <stop_token>

namespace grapnel::target {

struct ServeOptions {
  TargetOptions build{};  ///< root, tools, limits; targets, directory and what to do are asked by the lines
  int input = 0;          ///< descriptors, borrowed
  int output = 1;
};

/// The exit code: 0, or 255 where it was asked for what it does not understand.
[[nodiscard]] int serve(const ServeOptions& options, const std::stop_token& stop = {});

}  // namespace grapnel::target
