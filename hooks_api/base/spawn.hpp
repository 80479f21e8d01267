// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Starts child processes: the only posix_spawn of the project.
#pragma once

#include "hooks_api/base/error.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hooks::base {

/// Whether a child leads a process group of its own, or even a session, which no terminal reaches.
enum class ProcessGroup { inherit, own, session };

/// What spawn() does about a program that somebody still writes (ETXTBSY).
enum class WhenBusy {
  retry,  ///< tries again for about 0.1 s, asleep in between
  tell,   ///< says so at once, for callers that must not sleep
};

/// What to start. Borrowed for the duration of the call.
struct SpawnRequest {
  std::filesystem::path executable;         ///< PATH is not searched; a relative one counts from working_directory
  std::vector<std::string> arguments;       ///< argv, the program's name first
  std::vector<std::string> environment;     ///< NAME=VALUE; nothing is inherited
  std::filesystem::path working_directory;  ///< empty: the caller's
  int stdin_fd = -1;                        ///< -1: /dev/null
  int stdout_fd = -1;                       ///< -1: /dev/null; the caller keeps its descriptor
  int stderr_fd = -1;
  /// Become descriptors 3, 4, … of the child, in this order; the caller keeps its own, whatever their numbers. Not
  /// close-on-exec there. EINVAL for one that is O_NONBLOCK, since the child would share that.
  std::vector<int> more_fds{};
  ProcessGroup process_group = ProcessGroup::own;
  WhenBusy when_busy = WhenBusy::retry;
};

/// Starts a process that holds descriptors 0, 1, 2 and `more_fds` alone, with default signal handling and an empty
/// signal mask. Costs the same from a small and from a large process (vfork semantics). The caller reaps the child.
///
/// Errors say whether the program, its interpreter or the working directory is the fault: error_number is
/// ENOENT or EACCES and the like for the program and its interpreter, ENOTDIR for a working directory that is none.
/// ETXTBSY: another thread is still writing some executable; see WhenBusy. Thread safe.
[[nodiscard]] Expected<pid_t> spawn(const SpawnRequest& request);

/// How a tool ended, and what it printed on both streams together.
struct ToolResult {
  int exit_code = -1;  ///< of a normal end, else -1
  int signal = 0;      ///< that ended it, else 0
  std::string output;  ///< the last `kToolOutputLimit` bytes
};
inline constexpr std::size_t kToolOutputLimit = 256U << 10U;

/// Runs a tool to its end and collects its output; waits for the process, not for the end of its
/// pipes. The tool stays in the caller's process group: whoever stops the caller stops it too. The request's output
/// descriptors are not used. For the SDK's own helpers: the runner supervises its children in runner/process.
[[nodiscard]] Expected<ToolResult> run_tool(SpawnRequest request);

/// The absolute path of the executable file `name` on a PATH value, or an empty path. A name with a slash is
/// returned as it is where it is executable.
[[nodiscard]] std::filesystem::path find_executable(std::string_view name, std::string_view search_path);

}  // namespace hooks::base
