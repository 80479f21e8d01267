// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The packages of a workspace, kept: reading them anew is most of what an up-to-date run has to do by itself.
#pragma once

#include "runner/cache/digest.hpp"
#include "runner/cache/log.hpp"
#include "runner/workspace/workspace.hpp"

#include <filesystem>
#include <optional>

namespace grapnel::engine {

struct LoadedWorkspace {
  workspace::Workspace workspace{};
  std::optional<cache::Digest> unknown{};  ///< of its files, where the log does not know them and should
};

/// workspace::load(), or what the log keeps where Dart's package files have the bytes that they had; grapnel.toml is
/// read each time. `log`: null for none.
[[nodiscard]] LoadedWorkspace load_workspace(const workspace::Places& places, const std::filesystem::path& file,
                                             const cache::StateLog* log);

/// Keeps the packages of a workspace. Throws SystemError.
void remember_workspace(const workspace::Workspace& workspace, const cache::Digest& files, cache::StateLog& log);

}  // namespace grapnel::engine
