// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The semantic rules for inputs and outputs (spec: dart-hooks, section 6).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "hooks_api/protocol/input.hpp"
#include <hooks/config.hpp>
#include <hooks/input.hpp>
#include <hooks/output.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hooks::protocol {

/// Base rules (6.3): routing to link hooks only where linking is enabled, asset types that the application accepts.
/// What both the hook and the runner check.
[[nodiscard]] Faults validate_output_base(const HookOutput& output, HookKind kind, const HookConfig& config);

/// The rules for an input that only the runner checks, before it starts a hook (6.2, 6.4, 6.5): package root and shared
/// directory are there; the C tools are files, but for a Windows target's with a drive letter, which no other host can
/// look at; code assets (where the application asks for them) and data assets have valid encodings, and files that
/// exist. Of a link hook's lists, `assets_from_linking` is not judged.
[[nodiscard]] Faults validate_input(const BuildInput& input);
[[nodiscard]] Faults validate_input(const LinkInput& input);

/// The files of the assets in an output, whatever the configuration: of code assets in every list, of data assets in
/// those that 6.5 names.
[[nodiscard]] Faults check_asset_files(const HookOutput& output, HookKind kind);

/// Adds a fault at `path` where `file` is not absolute, existing and regular; false then.
bool check_regular_file(const std::filesystem::path& file, const std::string& path, Faults& faults);

/// The rules for code assets (6.4) and data assets (6.5) of one hook's output that only the runner checks: encodings,
/// package names, link modes against the preference, files absolute, existing and regular, libraries built for the
/// target, unique names (file names of libraries compare without case where the target's file system does).
[[nodiscard]] Validation validate_output_assets(const HookOutput& output, HookKind kind, const HookConfig& config,
                                                const std::string& package);

/// The rules over all bundled assets of an application: unique ids and file names of libraries (6.4), and data assets
/// unique by package and name, which Dart does not look at.
/// `target` is absent where no code assets are asked for.
[[nodiscard]] Faults validate_application(const std::vector<EncodedAsset>& assets, const std::optional<OS>& target);

}  // namespace hooks::protocol
