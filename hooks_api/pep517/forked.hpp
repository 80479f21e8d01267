// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Children of hooks.
#pragma once

#include <sys/types.h>
#include <unistd.h>

namespace hooks::pep517 {

/// Ends this process at once where it is not `worker`: a child that a hook forked, and that left the hook too, has no
/// answer to give.
inline void exit_if_forked_from(pid_t worker) noexcept {
  if (::getpid() != worker) ::_exit(0);
}

}  // namespace hooks::pep517
