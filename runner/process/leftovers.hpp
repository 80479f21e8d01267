// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Who still lives of what was started: members of a process group, and whoever carries a token in its environment.
/// Reads /proc: for rare moments only. What belongs to other users is not seen, and a process that left its session and
/// wiped its environment is nobody's.
#pragma once

#include "hooks_api/base/files.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::process {

/// The variable by which a process is known: its value is "<run>/<n>".
inline constexpr std::string_view kTokenVariable = "GRAPNEL_HOOK_RUN";

/// A process that outlives the one that was waited for.
struct Leftover {
  pid_t pid = 0;
  std::string command;  ///< its arguments, at most 512 bytes, control characters escaped; else its name
  friend bool operator==(const Leftover&, const Leftover&) = default;
};

/// The arguments of a process, or its name, as in Leftover.
[[nodiscard]] std::string command_of(pid_t pid);

/// A name for a run that no other has: 16 hexadecimal digits.
[[nodiscard]] std::string new_run_id();

/// All living processes that carry a token of the run, by number. One scan of /proc.
[[nodiscard]] std::vector<Leftover> processes_of_run(const std::string& run_id);

/// All living processes, by number, that belong to `group` (0: none), whose leader does not count, or carry `token`
/// (empty: none).
[[nodiscard]] std::vector<Leftover> processes_of(pid_t group, const std::string& token);

/// Sends SIGKILL to whoever carries `token`, and adds a pidfd of each to `dying`: it is ready to be read once that
/// process has let go of all that it had, which is after it was seen last. Never to a process that has got the number
/// of one that carried it. Whether nobody was found, so that there may be nobody left: who forks while /proc is read
/// may be missed, so only two such answers in a row, with a pause in between, say that nobody is left.
[[nodiscard]] bool kill_carriers(const std::string& token, std::vector<hooks::base::Fd>& dying);

/// The same for whoever carries a token of the run.
[[nodiscard]] bool kill_carriers_of_run(const std::string& run_id, std::vector<hooks::base::Fd>& dying);

}  // namespace grapnel::process
