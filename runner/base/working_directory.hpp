// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where this process is.
#pragma once

#include "runner/base/errors.hpp"

#include <filesystem>
#include <string>
#include <system_error>

namespace grapnel {

/// The working directory. Throws SystemError where it was removed.
[[nodiscard]] inline std::filesystem::path working_directory() {
  std::error_code error;
  std::filesystem::path path = std::filesystem::current_path(error);
  if (error) {
    throw SystemError("cannot tell the working directory: " + error.message() + ". Change to one that exists.",
                      error.value());
  }
  return path;
}

}  // namespace grapnel
