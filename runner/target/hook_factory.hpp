// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// From a hook's table to the hook: which of the ways to reach one it means.
#pragma once

#include "runner/target/hook_selection.hpp"
#include "runner/target/python_staged_hook.hpp"
#include "runner/target/staged_hook.hpp"
#include "runner/target/surroundings.hpp"
#include <grapnel/build_target.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grapnel::target {

/// Hooks of this process, by name.
using InProcessHooks = std::map<std::string, HookFactory, std::less<>>;

/// Makes the hooks of one target. Borrows the surroundings.
class HookMaker {
 public:
  HookMaker(Surroundings& surroundings, const InProcessHooks& in_process)
      : surroundings_(&surroundings), in_process_(&in_process) {}

  /// Throws ProjectError for options that say no way.
  [[nodiscard]] std::unique_ptr<StagedHook> make(const SelectedHook& selected, std::int64_t index);

  /// Lets Python hooks end in peace. Never throws.
  void close() noexcept;

 private:
  Surroundings* surroundings_;
  const InProcessHooks* in_process_;
  std::shared_ptr<PythonHooks> python_;
};

/// What a hook is, for people: "hook/tables.cpp, one process a stage", "built in", "Python plugin".
[[nodiscard]] std::string describe_hook(const SelectedHook& selected, const InProcessHooks& in_process);

/// The files in the project's root that a hook is made from, as far as its table says it; relative to the root.
[[nodiscard]] std::vector<std::filesystem::path> sources_of(const SelectedHook& selected,
                                                            const std::filesystem::path& root);

}  // namespace grapnel::target
