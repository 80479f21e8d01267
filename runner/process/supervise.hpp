// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs one child process to its end: captures what it prints, stops it when asked. Knows nothing of hooks.
#pragma once

#include "hooks_api/base/error.hpp"
#include "runner/base/environment.hpp"
#include "runner/process/launcher.hpp"
#include <grapnel/outcome.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::process {

/// What to run. Standard input is /dev/null.
struct ChildRequest {
  std::filesystem::path executable;    ///< with a slash
  std::vector<std::string> arguments;  ///< argv, the program's name first
  Environment environment;
  std::filesystem::path working_directory;
  std::filesystem::path stdout_file;  ///< made anew, then holds the child's bytes and nothing else
  std::filesystem::path stderr_file;
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
};

/// How it ended.
struct ChildResult {
  ProcessEnd end;
  bool stop_requested = false;  ///< the stop request came before its end
  bool out_of_memory = false;   ///< ended by SIGKILL while the kernel's OOM killer was counted in our cgroup
  std::chrono::system_clock::time_point
      started{};  ///< by the clock of the file system of stdout_file, just before the start
  std::chrono::nanoseconds duration{};
  std::string stdout_tail;  ///< the last 64 KiB, bytes as they came
  std::string stderr_tail;
  bool pipe_still_held = false;  ///< some process that outlives the child holds its standard output or error
  std::optional<hooks::base::Error> capture_error;  ///< a log could not be written; the child was not disturbed
};

/// How many bytes of each stream are kept for messages.
inline constexpr std::size_t kTailBytes = 64U << 10U;

/// Runs a child in a process group of its own. Its end is the end of its process: what is in the pipes then is read,
/// and the files are complete. Whoever holds the pipes on delays nobody: what it writes is read and dropped, as long as
/// the executor runs. (So a caller must stop its io_context when its work is done, and not wait until nothing is left.)
///
/// After a stop request: SIGTERM to the group, SIGKILL after the grace period to what is left of it. A request that
/// came before the start starts nothing: NotStarted with ECANCELED. Where the coroutine itself is destroyed, the
/// group is killed at once; in no case is a zombie left.
///
/// Never throws for what the child does; a child that cannot be started is NotStarted. Throws SystemError where a log
/// file or a pipe cannot be made. One coroutine a child, any number at once, on one thread.
[[nodiscard]] boost::asio::awaitable<ChildResult> supervise(ChildRequest request, Launcher& launcher,
                                                            std::stop_token stop);

}  // namespace grapnel::process
