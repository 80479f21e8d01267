// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A descriptor that says when a process has ended.
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace hooks::base {

/// A pidfd of an own child that was not reaped yet, close-on-exec; -1 and errno where there is none. The system call
/// itself: pidfd_open() of <sys/pidfd.h> in glibc 2.36 lacks C linkage and cannot be linked from C++.
[[nodiscard]] inline int open_pidfd(pid_t pid) noexcept { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

}  // namespace hooks::base
