// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Patterns of license-files (PEP 639).
#pragma once

#include "hooks_api/base/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// Why a text is no pattern: it is absolute, holds "..", a backslash or a control character, or is longer than 1024
/// bytes. Empty for a good one.
[[nodiscard]] std::string fault_of_file_pattern(std::string_view pattern);

/// Whether a name matches a pattern without slashes: '*', '?' and '[a-z]'. Wildcards do not match a dot that a name
/// begins with.
[[nodiscard]] bool name_matches(std::string_view pattern, std::string_view name);

/// The regular files below `root` that match any of `patterns`, relative with forward slashes, sorted, each once. "**"
/// stands for any directories. Links to files count, links to directories are not followed by "**". An error where a
/// directory cannot be read, and beyond 10,000 files or 100,000 entries that were looked at.
[[nodiscard]] hooks::base::Expected<std::vector<std::string>> find_files(const std::filesystem::path& root,
                                                                         const std::vector<std::string>& patterns);

}  // namespace grapnel::dist
