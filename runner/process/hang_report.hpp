// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a process that does not end was doing.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace grapnel::process {

/// Whom to report on, and what they said last.
struct HangSubject {
  pid_t group = 0;         ///< its leader is not reaped; 0: there is none
  std::string token{};     ///< as in ChildRequest
  std::string headline{};  ///< the first line: why the report is made
  std::string_view stdout_tail{};
  std::string_view stderr_tail{};
};

/// The tree of the processes, from the leader on and with all that belong to its group or carry the token: number,
/// name, state, what it waits for in the kernel, how long it has run, its arguments and open files; then the last
/// lines of output. At most 64 processes, 16 files each, 64 KiB in all. Names, arguments and files are escaped; the
/// output is as it came, and whoever shows it neutralises control characters. Reads /proc; what cannot be read there
/// is left out.
[[nodiscard]] std::string hang_report(const HangSubject& subject);

}  // namespace grapnel::process
