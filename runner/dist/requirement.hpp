// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Requirements of Python packages (PEP 508) and their normal form, which is that of hatchling and packaging.
#pragma once

#include "hooks_api/base/error.hpp"
#include "runner/dist/python_version.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// Longer texts, and markers nested deeper, are no requirements.
inline constexpr std::size_t kMaxRequirementText = 16 * std::size_t{1024};
inline constexpr std::size_t kMaxMarkerDepth = 32;

/// One requirement. A value, in its normal form.
struct Requirement {
  std::string name;                   ///< normal (PEP 503)
  std::vector<std::string> extras{};  ///< normal, sorted, each once
  SpecifierSet specifiers{};          ///< lower case; empty where there is a URL
  std::string url{};                  ///< empty where there is none
  std::string marker{};               ///< without the semicolon: "os_name == 'nt' and (a or b)"; empty for none

  /// "foo[bar]<2,>=1; os_name == 'nt'", "foo@ https://a/b.whl ; os_name == 'nt'".
  [[nodiscard]] std::string to_string() const;

  /// The same for a dependency of the feature `extra`, whose name is normal. The marker stands in parentheses:
  /// "foo; (os_name == 'nt') and extra == 'bar'".
  [[nodiscard]] std::string to_string_for_extra(std::string_view extra) const;
};

/// Reads a requirement. Strings of markers are those of PEP 508: without escapes, and in single quotes in the normal
/// form. The error says where: "found '&'; expected ',' or ']' at character 7".
[[nodiscard]] hooks::base::Expected<Requirement> parse_requirement(std::string_view text);

}  // namespace grapnel::dist
