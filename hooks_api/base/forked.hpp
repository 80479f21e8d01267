// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Children of hooks.
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace hooks::base {

/// Ends this process at once where it is not `worker`: a child that a hook forked, and that left the hook too, has no
/// answer to give.
inline void exit_if_forked_from(pid_t worker) noexcept {
  // The system call itself: ThreadSanitizer's _exit() writes what stdio holds, which is the worker's to write.
  if (::getpid() != worker) ::syscall(SYS_exit_group, 0);
}

}  // namespace hooks::base
