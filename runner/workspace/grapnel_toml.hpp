// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// grapnel.toml: packages and settings of a workspace whose toolchain has no pub (reference: docs/workspaces.md).
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "runner/workspace/settings.hpp"
#include "runner/workspace/workspace.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace grapnel::workspace {

/// What a grapnel.toml says.
struct GrapnelToml {
  /// Whether it describes a workspace of its own. A file without adds settings to the Dart workspace beside it.
  bool has_packages = false;
  std::vector<PackageRoot> roots{};   ///< in file order
  std::vector<PackageNeeds> needs{};  ///< of the same packages
  Settings settings{};                ///< its `file` is left empty
};

/// Reads the text of a grapnel.toml that lies in `directory` (absolute). Touches no file. All faults, in the order of
/// the text, with line, column and path in the document; a text that is no TOML is one fault. With faults, the value
/// means nothing. Bounded: text of kMaxTomlBytes, 64 levels.
[[nodiscard]] GrapnelToml read_grapnel_toml(std::string_view text, const std::filesystem::path& directory,
                                            hooks::protocol::Faults& faults);

/// Reads the file. Throws ProjectError where it is missing, too large or has faults, SystemError where it cannot be
/// read.
[[nodiscard]] GrapnelToml load_grapnel_toml(const std::filesystem::path& file);

/// The same for a file that has to describe a workspace of its own: without packages, a ProjectError too.
[[nodiscard]] GrapnelToml load_grapnel_toml_with_packages(const std::filesystem::path& file);

/// Whether a grapnel.toml describes a workspace of its own; also for one that is no TOML, so that whoever reads it next
/// says so. False where there is no such file.
[[nodiscard]] bool describes_packages(const std::filesystem::path& file);

/// A grapnel.toml may be this large.
inline constexpr std::size_t kMaxTomlBytes = std::size_t{1} << 20U;

}  // namespace grapnel::workspace
