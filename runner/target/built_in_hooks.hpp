// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hooks that need no program: `version` (spec: hatch-build-hooks, section 4.2) and `native-assets` (section 6.4).
#pragma once

#include "runner/target/hook_selection.hpp"
#include "runner/target/staged_hook.hpp"
#include "runner/target/surroundings.hpp"

#include <memory>

namespace grapnel::target {

/// Writes the project's version into a file: options `path`, `template`, `pattern`. They are judged when they are read.
[[nodiscard]] std::unique_ptr<StagedHook> version_hook(const SelectedHook& selected, Surroundings& surroundings);

/// Runs the build and link hooks of the project's packages, and makes build data of their assets. Options:
/// `assets-dir` (where libraries go in the wheel; the project's package), `tag` ("infer", "py3", "abi3:cp311" or a
/// whole tag; "py3"), `editable` ("force", "in-tree", "skip"; "force"), `target-os`, `target-arch`, `root-package`,
/// `defines` (package → key → value).
[[nodiscard]] std::unique_ptr<StagedHook> native_assets_hook(const SelectedHook& selected, Surroundings& surroundings);

}  // namespace grapnel::target
