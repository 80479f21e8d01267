// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a run gives back.
#pragma once

#include <grapnel/events.hpp>
#include <grapnel/outcome.hpp>
#include <grapnel/path_list.hpp>
#include <hooks/asset.hpp>
#include <hooks/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel {

/// One hook of a finished run.
struct HookResult {
  HookId hook{};
  Outcome outcome{};
  std::string directory{};  ///< its path; a string, as there is one for each hook of a run
  bool up_to_date = false;  ///< nothing ran
};

/// What build() gave. Assets are complete only where outcome.success().
struct BuildResult {
  Outcome outcome{};                          ///< of the whole run
  std::vector<hooks::EncodedAsset> assets{};  ///< for the application bundle, in plan order
  std::map<std::string, std::vector<hooks::EncodedAsset>, std::less<>> assets_for_linking{};  ///< by receiving package
  PathList dependencies{};          ///< of all hooks and of the run itself; a directory ends with a separator
  std::vector<HookResult> hooks{};  ///< those that ran, were up to date or were skipped, in plan order
};

/// What link() gave.
struct LinkResult {
  Outcome outcome{};
  std::vector<hooks::EncodedAsset> assets{};
  PathList dependencies{};
  std::vector<HookResult> hooks{};
};

/// Dart's document (spec: dart-hooks, section 4.5: encodedAssets, encodedAssetsForLinking, dependencies as URIs) plus
/// an `outcome` object: class, exit_code, luci_status, dart_kind, reason, retry, flags, and one entry a hook.
[[nodiscard]] hooks::Json to_json(const BuildResult& result);
[[nodiscard]] hooks::Json to_json(const LinkResult& result);

/// Reads the text of a build result document, of ours or of Dart's; without an outcome object it counts as success.
/// Throws std::invalid_argument with all faults, each with its path in the document.
[[nodiscard]] BuildResult build_result_from_json(std::string_view text);

/// Writes `target: dependency …` in make's syntax, atomically. make and ninja find the target by its text, so `target`
/// is written as it is: give it as the build file has it. Left out are dependencies with a line feed, which no depfile
/// can express. ninja cannot name a file whose name ends in ':' or has a backslash before one: it runs the rule every
/// time. Throws std::system_error.
void write_depfile(const std::filesystem::path& file, const std::filesystem::path& target,
                   const std::vector<std::filesystem::path>& dependencies);

/// Copies every bundled asset that has a file into `directory` and writes `assets.json` there: id → path
/// relative to `directory`. Libraries lie in `directory` itself, data in `<package>/<name>`. Each file is replaced
/// atomically, assets.json last; files of an earlier bundle that are no longer assets are removed.
/// Throws std::system_error, and std::invalid_argument for an asset whose name leaves the directory.
void write_bundle(const std::filesystem::path& directory, const std::vector<hooks::EncodedAsset>& assets);

}  // namespace grapnel
