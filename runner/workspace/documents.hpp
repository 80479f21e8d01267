// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The two package files as documents: no files are touched here, all faults are found.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "runner/workspace/workspace.hpp"
#include <hooks/json.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::workspace {

/// package_config.json, version 2: names and roots, in file order. `directory` is the document's, which relative roots
/// count from.
[[nodiscard]] std::vector<PackageRoot> read_package_config(const hooks::Json& document,
                                                           const std::filesystem::path& directory,
                                                           hooks::protocol::Faults& faults);

/// package_graph.json: names and dependencies, in file order.
[[nodiscard]] std::vector<PackageNeeds> read_package_graph(const hooks::Json& document,
                                                           hooks::protocol::Faults& faults);

/// A package file may be this large.
inline constexpr std::size_t kMaxPackageFileBytes = std::size_t{64} << 20U;

/// The text of a file that describes a workspace. Throws ProjectError where it is missing (`advice`, a sentence or
/// nothing, says what to do then), no regular file, larger than `max_bytes`, or in a directory whose name is not UTF-8;
/// SystemError where it cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file, std::size_t max_bytes,
                                    std::string_view advice = {});

/// Reads a package file. Throws ProjectError where it is missing, too large or no JSON, SystemError where it cannot be
/// read.
[[nodiscard]] hooks::Json read_document(const std::filesystem::path& file);
/// The same for the text of `file`.
[[nodiscard]] hooks::Json parse_document(const std::filesystem::path& file, std::string_view text);

/// Throws ProjectError where there are faults; says to get the packages again.
void refuse_faults(const std::filesystem::path& file, const hooks::protocol::Faults& faults);
/// The same for a document that a person writes, with other advice at its end.
void refuse_faults(const std::filesystem::path& file, const hooks::protocol::Faults& faults, std::string_view advice);

}  // namespace grapnel::workspace
