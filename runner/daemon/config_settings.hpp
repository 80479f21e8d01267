// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Whether a line is one JSON document, before any interpreter is asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::hookd {

/// Lists and objects in each other.
inline constexpr std::size_t kDeepestSettings = 500;

/// Why `json` cannot be config_settings: "column 8: expected ':' after the key"; empty where it can.
///
/// Python's json.loads says later what the document means, so all that it takes is taken, more than RFC 8259 has: NaN,
/// Infinity, -Infinity, duplicate keys, numbers of any size, halves of surrogate pairs. What is refused is no JSON for
/// Python either, or is no UTF-8, or deeper than kDeepestSettings. Columns are bytes, from 1. Does not recurse; linear
/// time. Thread safe.
[[nodiscard]] std::string fault_of_config_settings(std::string_view json);

}  // namespace grapnel::hookd
