// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Evidence of the kernel's OOM killer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace grapnel::process {

/// How many processes of our cgroup the OOM killer has ended so far; nothing where the system does not say. Only the
/// difference between two calls means something. Cheap; thread safe.
[[nodiscard]] std::optional<std::uint64_t> oom_kills();

/// The files that may hold the counter, best first, for the text of /proc/self/cgroup.
[[nodiscard]] std::vector<std::filesystem::path> oom_counter_files(std::string_view cgroups);

/// The value of the line "oom_kill N": memory.events, memory.oom_control and /proc/vmstat all have it.
[[nodiscard]] std::optional<std::uint64_t> parse_oom_kills(std::string_view text);

}  // namespace grapnel::process
