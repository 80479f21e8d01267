// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The directories that hooks and their programs left in a workspace: what can be removed, and costs a run at most.
#pragma once

#include "runner/cache/file_state.hpp"
#include "runner/cache/log.hpp"
#include "runner/workspace/workspace.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::engine {

/// One directory that goes or stays as a whole.
struct StatePlace {
  enum class Kind {
    config,   ///< of one package and config: input, output and logs of its hooks
    shared,   ///< of one package: what its hooks share between configs
    program,  ///< of one package: the programs of its hooks
  };
  Kind kind = Kind::config;
  std::string package{};
  std::string checksum{};  ///< of the config
  std::filesystem::path path{};
  bool is_of_workspace = true;  ///< whether the workspace has that package
  std::uint64_t bytes = 0;      ///< on the disk
  cache::Moment last_used = 0;  ///< not before; for a config at most kUseGranularity later

  /// Who holds the lock on this file works in the directory.
  [[nodiscard]] std::filesystem::path lock() const { return path / ".lock"; }
};

/// What lies in the state directories of a workspace.
struct StatePlaces {
  std::vector<StatePlace> places{};            ///< by kind, package and checksum
  std::vector<std::filesystem::path> links{};  ///< symbolic links in the place of a directory: nobody goes there
};

/// Looks at every file below the state directories; links are not followed. What cannot be read counts as empty, and
/// what is not ours is not listed.
[[nodiscard]] StatePlaces find_state_places(const workspace::Workspace& workspace, const cache::StateLog& log);

}  // namespace grapnel::engine
