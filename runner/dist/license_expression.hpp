// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// SPDX license expressions (PEP 639).
#pragma once

#include "hooks_api/base/error.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace grapnel::dist {

inline constexpr std::size_t kMaxLicenseExpression = 4096;

/// The expression in SPDX's case: "mit or (apache-2.0 with llvm-exception)" is
/// "MIT OR (Apache-2.0 WITH LLVM-exception)". The error names the license that is unknown, or the word that does not
/// fit. Names that begin with "LicenseRef-" are free.
[[nodiscard]] hooks::base::Expected<std::string> normal_license_expression(std::string_view text);

/// Sorted without regard to case.
[[nodiscard]] std::span<const std::string_view> spdx_licenses() noexcept;
[[nodiscard]] std::span<const std::string_view> spdx_exceptions() noexcept;

}  // namespace grapnel::dist
