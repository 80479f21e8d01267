// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where the files of one hook run lie (spec: dart-hooks, section 1.3).
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/events.hpp>

#include <filesystem>
#include <string>

namespace grapnel::engine {

/// The paths of one (package, config); nothing is created here.
///
/// ```
/// <state>/<package>/<checksum>/   input.json output.json stdout.txt stderr.txt run.sh recorded_uses.json .lock out/
/// <state>/shared/<package>/       .lock build/ link/
/// ```
struct HookDirectories {
  HookDirectories(const std::filesystem::path& state_directory, const HookId& hook, const std::string& checksum);

  std::filesystem::path build;  ///< the hook run's own
  std::filesystem::path out;    ///< legacy of the protocol: created, never used
  std::filesystem::path input;
  std::filesystem::path output;
  std::filesystem::path dart_record;    ///< what Dart's runner believes by (spec: dart-hooks, section 5.2)
  std::filesystem::path failed_output;  ///< output.json of the last run, where it failed
  std::filesystem::path stdout_file;
  std::filesystem::path stderr_file;
  std::filesystem::path run_sh;
  std::filesystem::path recorded_uses;
  std::filesystem::path build_lock;
  std::filesystem::path shared;       ///< `out_dir_shared` of the protocol
  std::filesystem::path shared_lock;  ///< one for all hooks and configs of a package
};

/// Puts the package and the paths of a hook run into its input.
void name_places(hooks::protocol::InputFields& input, const workspace::Package& package,
                 const HookDirectories& directories);

}  // namespace grapnel::engine
