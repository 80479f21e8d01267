// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The daemon: a conversation in hookd's lines, whose hooks run in warm workers.
#pragma once

#include "runner/base/environment.hpp"
#include <grapnel/events.hpp>
#include <grapnel/hookd_client.hpp>

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

namespace grapnel::hookd {

/// How to talk, and what to run hooks with.
struct DaemonOptions {
  std::filesystem::path source_tree;  ///< absolute; the hooks' working directory
  HookdProtocol protocol = HookdProtocol::seed;
  std::filesystem::path python;               ///< see worker::find_python()
  std::chrono::milliseconds hook_timeout{0};  ///< 0: none
  std::filesystem::path log;                  ///< what is said and done is appended; empty: no log
  Environment environment;                    ///< of the hooks, all of it
  std::filesystem::path temporary_directory;  ///< absolute; for the files that are announced
  std::filesystem::path program;              ///< grapnel itself, which loads native libraries as "native-worker"
  int input = 0;                              ///< borrowed
  int output = 1;                             ///< borrowed
  EventSink* events = nullptr;                ///< borrowed; one run for each request; may be null
  std::stop_token stop{};                     ///< ends the worker, its hook and the conversation
};

/// How a conversation ended.
struct DaemonEnd {
  int exit_code = 0;  ///< 0 after a shutdown, 255 after a FATAL or where the client went away; -1 where it was stopped
  Outcome outcome{};  ///< of the daemon, not of the hooks that it ran
};

/// Talks until the end. Neither stdin nor stdout of the process is seen by a hook. When it returns, no process that it
/// or a hook started is left, and no file but those that it announced. READY is said at once; workers start when the
/// backend is known. Changes nothing process-wide. Throws SystemError where the log cannot be made.
///
/// REQUIRES: SIGPIPE is ignored and SIGCHLD is not.
[[nodiscard]] DaemonEnd serve(const DaemonOptions& options);

}  // namespace grapnel::hookd
