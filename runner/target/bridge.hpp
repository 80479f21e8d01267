// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a front end that builds the project itself gets of grapnel's hooks (spec: hatch-build-hooks, section 6.5).
/// Pure.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/workspace/build_project.hpp"
#include <hooks/json.hpp>

#include <string>
#include <vector>

namespace grapnel::target {

/// Leaves of the project's hooks those that are grapnel's own: the ones of grapnel.toml; without any, the hook
/// "grapnel" with `config` as its table. The variables of its option `env` pass.
void use_bridged_hooks(workspace::BuildProject& project, const hooks::Json::Object& config, EnvironmentPolicy& policy);

/// What makes `after` of `before`: {"build_data", "replace", "exclude"}, as a hook's patch is.
[[nodiscard]] hooks::Json::Object patch_between(const hooks::Json::Object& before, const hooks::Json::Object& after,
                                                const std::vector<std::string>& exclude);

}  // namespace grapnel::target
