// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Files that the user named for results.
#pragma once

#include <filesystem>
#include <string_view>

namespace grapnel {

/// Writes `bytes` to a path of the user's choice, making its directories. A file is replaced atomically; through a
/// symbolic link the file that it points to; a device, FIFO or socket is written to. Throws SystemError.
void write_output_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace grapnel
