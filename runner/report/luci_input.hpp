// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The binary Build that a luciexe is given (spec: ci-reporting, section 1.3).
#pragma once

#include "runner/report/luci_build.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::report::luci {

/// What of it counts for us.
struct InputBuild {
  BuildIdentity identity{};
  Status status = Status::unspecified;  ///< an unknown number is unspecified
  hooks::Json::Object properties{};     ///< of input; whole numbers are integers
};

/// The most bytes of a Build that is read.
inline constexpr std::size_t kMostInput = 8U << 20U;

/// Reads `bytes`; unknown fields are passed over, of what occurs twice the last one counts. The error says where, and
/// what is wrong: damaged framing, text that is no UTF-8, properties nested deeper than 64 levels, more than kMostInput
/// bytes. Input is untrusted.
[[nodiscard]] tl::expected<InputBuild, std::string> read_input_build(std::string_view bytes);

}  // namespace grapnel::report::luci
