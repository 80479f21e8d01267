// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What `clean` and `gc` have in common.
#pragma once

#include "runner/engine/remove_places.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::cli {

/// Lines that say what went and how much it was, and what stayed and why.
[[nodiscard]] std::string described(const engine::Removal& removal, bool dry_run);

/// Says which symbolic links nobody follows.
[[nodiscard]] std::string described_links(const std::vector<std::filesystem::path>& links);

}  // namespace grapnel::cli
