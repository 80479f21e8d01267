// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// SHA-256, for digests that name something.
#pragma once

#include <string>
#include <string_view>

namespace hooks::base {

/// 64 lower-case hex digits of the SHA-256 of `bytes`.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace hooks::base
