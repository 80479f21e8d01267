// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Who uses a state log now: runs that found their hooks up to date hold no lock that would say so.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

namespace grapnel::cache {

/// The other processes that have the log at `file` open, also where it was replaced since, by pid. Those of other users
/// (unless this is root) and of other PID namespaces are not seen.
[[nodiscard]] std::vector<pid_t> users_of_log(const std::filesystem::path& file);

}  // namespace grapnel::cache
