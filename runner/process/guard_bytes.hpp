// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The guard's program, as a part of the library: whoever embeds the runner needs no file. Made by the build.
#pragma once

#include <string_view>

namespace grapnel::process {

/// An executable of this machine.
[[nodiscard]] std::string_view guard_bytes() noexcept;

}  // namespace grapnel::process
