// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace grapnel {

/// The version of the runner, for example "0.1.0". Thread-safe.
std::string_view version() noexcept;

}  // namespace grapnel
