// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The files that a hook run depends on, as far as its documents name them.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "runner/cache/record.hpp"
#include <hooks/output.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace grapnel::engine {

/// By file of an asset that the hook is given by other hooks, who gave it.
[[nodiscard]] std::map<std::string, std::string, std::less<>> upstream_givers(
    const hooks::protocol::InputFields& input);

/// The files of all assets that the hook is given.
[[nodiscard]] std::vector<std::string> upstream_files(const hooks::protocol::InputFields& input);

/// How much there is to read of what a record depends on: as it was when it was recorded.
[[nodiscard]] std::uint64_t bytes_of(const cache::HookRecord& record);

/// How much there is to read of what a run depends on and has made, as far as that is simple to say.
[[nodiscard]] std::uint64_t bytes_to_read(const hooks::HookOutput& output, const std::vector<std::string>& upstream);

}  // namespace grapnel::engine
