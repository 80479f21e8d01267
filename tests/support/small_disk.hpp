// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A full disk and a read-only one, for root (who ignores mode bits) and for users.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace tests {

/// Runs `body` in a child process with a mount namespace of its own, where `directory` is a tmpfs made with `options`,
/// such as "size=64k" or "size=1m"; as root, else in a user namespace. True where the mount worked and no expectation
/// of `body` failed. REQUIRES: no threads.
[[nodiscard]] bool with_tmpfs(const std::filesystem::path& directory, const std::string& options,
                              const std::function<void()>& body);

/// In `body`: makes the tmpfs read-only.
void make_read_only(const std::filesystem::path& directory);

}  // namespace tests
