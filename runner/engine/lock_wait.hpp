// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Waits for a lock that another runner holds, without blocking the loop.
#pragma once

#include "runner/base/lock.hpp"
#include "runner/engine/session.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace grapnel::engine {

/// Takes the lock. After a second it says whom it waits for; after the session's limit it throws SystemError
/// (ETIMEDOUT) that names the owner. Nothing where the session is stopped meanwhile.
[[nodiscard]] boost::asio::awaitable<std::optional<FileLock>> wait_for_lock(std::filesystem::path file,
                                                                            std::string package, std::string purpose,
                                                                            Session& session);

}  // namespace grapnel::engine
