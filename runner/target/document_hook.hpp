// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hooks that are asked by documents, whatever carries these.
#pragma once

#include "runner/target/carrier.hpp"
#include "runner/target/hook_selection.hpp"
#include "runner/target/staged_hook.hpp"
#include "runner/target/surroundings.hpp"

#include <memory>

namespace grapnel::target {

/// Borrows the surroundings. `index`: its place among the hooks that run.
[[nodiscard]] std::unique_ptr<StagedHook> document_hook(const SelectedHook& selected, std::int64_t index,
                                                        std::unique_ptr<Carrier> carrier, Surroundings& surroundings);

/// The directory of a hook's own files: `.hatch/grapnel/hooks/TARGET/HOOK`; names that are no safe part of a path are
/// written as their digest.
[[nodiscard]] std::filesystem::path hook_directory(const Surroundings& surroundings, const std::string& hook);

}  // namespace grapnel::target
