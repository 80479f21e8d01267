// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The semantic rules for outputs (spec: dart-hooks, section 6).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "hooks_api/protocol/input.hpp"
#include <hooks/config.hpp>
#include <hooks/output.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hooks::protocol {

/// Base rules (6.3): routing to link hooks only where linking is enabled, asset types that the application accepts.
/// What both the hook and the runner check.
[[nodiscard]] Faults validate_output_base(const HookOutput& output, HookKind kind, const HookConfig& config);

/// The rules for a configuration that only the runner checks: the C tools that it names are files (6.4).
[[nodiscard]] Faults validate_config(const HookConfig& config);

/// What a validation found: errors make a document invalid, warnings do not.
struct Validation {
  Faults errors;
  Faults warnings;
};

/// The rules for code assets (6.4) and data assets (6.5) of one hook's output that only the runner checks: encodings,
/// package names, link modes against the preference, files absolute, existing and regular, libraries built for the
/// target, unique names (file names of libraries compare without case where the target's file system does).
[[nodiscard]] Validation validate_output_assets(const HookOutput& output, HookKind kind, const HookConfig& config,
                                                const std::string& package);

/// The rules over all bundled assets of an application: unique ids and file names of libraries (6.4).
/// `target` is absent where no code assets are asked for.
[[nodiscard]] Faults validate_application(const std::vector<EncodedAsset>& assets, const std::optional<OS>& target);

}  // namespace hooks::protocol
