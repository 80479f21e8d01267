// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace hooks {

/// The version of the SDK that a hook is linked with, for example "0.1.0". Thread-safe.
std::string_view version() noexcept;

}  // namespace hooks
