// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs one child process to its end: captures what it prints, stops it when asked. Knows nothing of hooks.
#pragma once

#include "hooks_api/base/error.hpp"
#include "runner/base/environment.hpp"
#include "runner/process/launcher.hpp"
#include "runner/process/leftovers.hpp"
#include <grapnel/outcome.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::process {

class Guard;

/// Which of a child's streams.
enum class OutputStream { standard_output, standard_error };

/// What to run. Standard input is /dev/null.
struct ChildRequest {
  std::filesystem::path executable;    ///< with a slash
  std::vector<std::string> arguments;  ///< argv, the program's name first
  Environment environment;
  std::filesystem::path working_directory;
  std::filesystem::path stdout_file;  ///< made anew, then holds the child's bytes and nothing else; empty: none
  std::filesystem::path stderr_file;
  std::chrono::milliseconds grace_period = std::chrono::seconds(5);
  std::string token{};     ///< the value "<run>/<n>" of GRAPNEL_HOOK_RUN, which the child gets; empty: it gets none,
                           ///< and only its group is ended
  Guard* guard = nullptr;  ///< ends the child's group when this process dies; borrowed
  std::chrono::milliseconds time_limit{0};     ///< 0: none
  std::chrono::milliseconds silence_limit{0};  ///< since the start, or the last byte on either stream; 0: none
  std::vector<int> more_fds{};                 ///< as in hooks::base::SpawnRequest
  std::stop_token kill{};                      ///< a request here ends the grace period at once
  /// Is told what the child prints, as it is read, at most 64 KiB at a time; not after the coroutine's end. May be
  /// empty.
  std::function<void(OutputStream, std::string_view)> on_output{};
};

/// Why a child was stopped.
enum class Stopped { no, by_request, by_time_limit, by_silence };

/// How it ended.
struct ChildResult {
  ProcessEnd end;
  Stopped stopped = Stopped::no;  ///< the first reason that came before its end
  int short_of = 0;  ///< EMFILE, ENFILE, EAGAIN or ENOMEM: nothing was started for lack of it, and NotStarted says
                     ///< more; trying again may help when something else has ended
  bool out_of_memory = false;  ///< ended by SIGKILL while the kernel's OOM killer was counted in our cgroup
  std::chrono::system_clock::time_point
      started{};  ///< by the clock of the file system of stdout_file, just before the start
  std::chrono::nanoseconds duration{};
  std::string stdout_tail;  ///< the last 64 KiB, bytes as they came
  std::string stderr_tail;
  bool pipe_still_held = false;  ///< some process that outlives the child holds its standard output or error
  /// Who of the group or with the token lives on. After a normal end they are only looked for where the group or a pipe
  /// tells of somebody: who left the group and closed the pipes is found by processes_of_run(). After a stop: whom
  /// SIGKILL did not end within 10 s.
  std::vector<Leftover> leftovers{};
  std::string hang_report{};                        ///< after a time or silence limit; also at the end of stderr_file
  std::optional<hooks::base::Error> capture_error;  ///< a log could not be written; the child was not disturbed
};

/// How many bytes of each stream are kept for messages.
inline constexpr std::size_t kTailBytes = 64U << 10U;

/// Runs a child in a process group of its own. Its end is the end of its process: what is in the pipes then is read,
/// and the files are complete. Whoever holds the pipes on delays nobody: what it writes is read and dropped, as long as
/// the executor runs. (So a caller must stop its io_context when its work is done, and not wait until nothing is left.)
///
/// After a stop request and at a limit: SIGTERM to the group; after the grace period SIGKILL to what is left of it;
/// then SIGKILL to whoever carries the token, until nobody is found. At a limit, a report is made first. A request that
/// came before the start starts nothing: NotStarted with ECANCELED. Where the coroutine itself is destroyed, the
/// group is killed at once; in no case is a zombie left.
///
/// Never throws for what the child does; a child that cannot be started is NotStarted. Throws SystemError where a log
/// file cannot be made. One coroutine a child, any number at once, on one thread, which never sleeps here: a program
/// that somebody still writes (ETXTBSY) is tried again for half a second.
[[nodiscard]] boost::asio::awaitable<ChildResult> supervise(ChildRequest request, Launcher& launcher,
                                                            std::stop_token stop);

}  // namespace grapnel::process
