// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The files that STDOUT and STDERR announce.
#pragma once

#include "hooks_api/base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace grapnel::hookd {

/// Two new, empty files in `directory`, for their owner alone. Once they are announced they are the caller's to remove.
struct OutputFiles {
  std::filesystem::path standard_output;
  std::filesystem::path standard_error;
};

/// Makes both or none.
[[nodiscard]] hooks::base::Expected<OutputFiles> make_output_files(const std::filesystem::path& directory);

/// The last `bytes` of a file; empty where it cannot be read, which may be removed by now.
[[nodiscard]] std::string tail_of_file(const std::filesystem::path& file, std::size_t bytes);

}  // namespace grapnel::hookd
