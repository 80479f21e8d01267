// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Waits for a lock that another runner holds, without blocking the loop.
#pragma once

#include "runner/base/lock.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace grapnel {

/// How to wait.
struct LockWait {
  std::chrono::milliseconds timeout;  ///< then SystemError (ETIMEDOUT) that names the owner
  std::stop_token stop{};             ///< then nothing is given
  std::string run{};                  ///< goes into the owner's text while the lock is held; may be empty
  /// Called where there is no descriptor to be had (an errno): whether something else runs whose end may help. Else it
  /// is waited for half a minute. May be empty.
  std::function<bool(int)> on_shortage{};
  /// Called once, after a second, with a sentence that says whom it waits for. May be empty.
  std::function<void(const std::string& sentence)> on_wait{};
};

/// Takes the lock on `file`; `purpose` goes into the owner's text. Nothing where the wait was stopped.
[[nodiscard]] boost::asio::awaitable<std::optional<FileLock>> wait_for_lock(std::filesystem::path file,
                                                                            std::string purpose, LockWait wait);

}  // namespace grapnel
