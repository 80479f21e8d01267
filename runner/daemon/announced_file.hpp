// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The files that a hookd announces, and its caller removes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace grapnel::hookd {

/// Of a longer file, the end is kept.
inline constexpr std::size_t kMostPrinted = 1U << 20U;

/// The end of `file`, which is removed then. Empty where it cannot be read, and for what is no file of ours: a link, a
/// directory, a FIFO, a device, somebody else's file; these are left alone, and never waited for.
[[nodiscard]] std::string take_announced_file(const std::filesystem::path& file);

}  // namespace grapnel::hookd
