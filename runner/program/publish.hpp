// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Puts a finished program into its place, so that a half-written one is never run.
#pragma once

#include <filesystem>

namespace grapnel::program {

/// Renames `from` to `to`. Throws SystemError.
void publish_renamed(const std::filesystem::path& from, const std::filesystem::path& to);

/// Replaces `to` by a copy of `from`, with its permissions. Throws SystemError.
void publish_copy(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace grapnel::program
