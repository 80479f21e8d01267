// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The first line of scripts in wheels: installers put their interpreter's path in the place of "#!python".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::dist {

/// A longer first line is no shebang.
inline constexpr std::size_t kMaxShebangBytes = 256;

/// How many bytes at the beginning of a script "#!python" takes the place of; absent where it is no script of Python's.
/// `begin`: its first bytes, more than kMaxShebangBytes where it has them.
[[nodiscard]] std::optional<std::size_t> python_shebang(std::string_view begin);

inline constexpr std::string_view kWheelShebang = "#!python";

}  // namespace grapnel::dist
