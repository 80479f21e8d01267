// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hatch's hooks as hooks of the lifecycle.
#pragma once

#include "runner/target/hook_selection.hpp"
#include "runner/target/python_hooks.hpp"
#include "runner/target/staged_hook.hpp"
#include "runner/target/surroundings.hpp"

#include <memory>
#include <string>

namespace grapnel::target {

/// What the Python hooks of one target share.
struct PythonHooks {
  PythonHost host;
  std::string version{};  ///< that build data was begun for
  bool is_told = false;   ///< which hatchling runs them
};

/// The process for the Python hooks of a target; it is not started here.
[[nodiscard]] std::shared_ptr<PythonHooks> python_hooks(Surroundings& surroundings);

/// One of them. Borrows the surroundings.
[[nodiscard]] std::unique_ptr<StagedHook> python_hook(const SelectedHook& selected, std::int64_t index,
                                                      std::shared_ptr<PythonHooks> hooks, Surroundings& surroundings);

}  // namespace grapnel::target
