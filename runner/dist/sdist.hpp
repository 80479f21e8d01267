// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Builds source distributions, as hatchling 1.32 does (spec: hatch-build-hooks, section 3; reference:
/// docs/build-targets.md).
#pragma once

#include "runner/dist/request.hpp"
#include <hooks/json.hpp>

#include <filesystem>
#include <vector>

namespace grapnel::dist {

/// What an sdist ships whatever the options say: pyproject.toml, hatch.toml, hatch_build.py and grapnel.toml where they
/// are, the VCS' ignore files, readme and licences, and `more`, as far as it lies in the root.
[[nodiscard]] std::vector<Inclusion> sdist_forced_files(const workspace::BuildProject& project,
                                                        const Metadata& metadata,
                                                        const std::vector<std::filesystem::path>& more);

/// Build data before any hook, with those files.
[[nodiscard]] hooks::Json::Object sdist_build_data(const workspace::BuildProject& project, const Metadata& metadata,
                                                   const std::vector<std::filesystem::path>& more);

/// Builds NAME-VERSION.tar.gz; one of that name is replaced. The forced files above are in it even where build data
/// does not name them. Throws as build_wheel().
[[nodiscard]] Built build_sdist(const SdistRequest& request);

/// Removes every *.tar.gz of a directory.
void clean_sdists(const std::filesystem::path& directory);

}  // namespace grapnel::dist
