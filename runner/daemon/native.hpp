// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Backends that are no Python: "native:PATH".
#pragma once

#include "runner/worker/worker.hpp"

#include <filesystem>
#include <string_view>

namespace grapnel::hookd {

/// Whether a backend's name is "native:PATH", where PATH has a slash.
[[nodiscard]] bool is_native_backend(std::string_view backend) noexcept;

/// PATH, from the root; a relative one counts from the source tree. REQUIRES: is_native_backend().
[[nodiscard]] std::filesystem::path native_path(std::string_view backend, const std::filesystem::path& source_tree);

/// What starts it: the executable itself, or `host` (this program), which loads the library.
[[nodiscard]] worker::Command native_command(const std::filesystem::path& backend, const std::filesystem::path& host);

}  // namespace grapnel::hookd
