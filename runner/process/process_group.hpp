// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Process groups.
#pragma once

#include <sys/types.h>

namespace grapnel::process {

/// Sends a signal to all processes of a group. REQUIRES: its leader is not reaped, or the number may be another's.
void signal_group(pid_t group, int signal) noexcept;

/// Whether a living process other than the leader belongs to a group. Reads /proc: for rare moments only.
[[nodiscard]] bool has_other_members(pid_t group);

}  // namespace grapnel::process
