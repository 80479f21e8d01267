// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Base64, the form of bytes in proto3 JSON.
#pragma once

#include <string>
#include <string_view>

namespace grapnel::luci {

/// `bytes` in base64 (RFC 4648, section 4), with its padding. Pure.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace grapnel::luci
