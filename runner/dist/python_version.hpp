// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Versions and version specifiers of Python packages (PEP 440), and their normal forms.
#pragma once

#include "hooks_api/base/error.hpp"

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::dist {

/// Longer texts are no versions: everything here is bounded by it.
inline constexpr std::size_t kMaxVersionText = 1024;

/// A version. A value. Numbers are digits without leading zeros: they have no limit but the text's.
struct PythonVersion {
  std::string epoch = "0";
  std::vector<std::string> release{};                        ///< one at least
  std::optional<std::pair<std::string, std::string>> pre{};  ///< "a", "b" or "rc", and its number
  std::optional<std::string> post{};
  std::optional<std::string> dev{};
  std::vector<std::string> local{};  ///< lower case

  /// The normal form: "1!2.0rc1.post2.dev3+local.7".
  [[nodiscard]] std::string to_string() const;

  /// PEP 440's order: 1.0 and 1.0.0 are equal.
  friend std::strong_ordering operator<=>(const PythonVersion& left, const PythonVersion& right);
  friend bool operator==(const PythonVersion& left, const PythonVersion& right) { return std::is_eq(left <=> right); }
};

/// Reads any spelling that PEP 440 allows, with white space around it. The error says what the text is: "'x' is no
/// version of PEP 440".
[[nodiscard]] hooks::base::Expected<PythonVersion> parse_python_version(std::string_view text);

/// One comparison: ">=1.0".
struct VersionSpecifier {
  std::string comparison;  ///< one of ~= == != <= >= < > ===
  std::string version;     ///< as written, without white space; for == and != maybe with ".*"

  [[nodiscard]] std::string to_string() const { return comparison + version; }
};

/// Comparisons that all have to hold; none at all is every version.
class SpecifierSet {
 public:
  SpecifierSet() = default;

  [[nodiscard]] bool empty() const noexcept { return specifiers_.empty(); }
  [[nodiscard]] const std::vector<VersionSpecifier>& specifiers() const noexcept { return specifiers_; }

  /// As packaging's: sorted as text, versions as they were written; of two that mean the same, the first.
  [[nodiscard]] std::string to_string() const;

  /// REQUIRES: `version` is a final release, without a local part.
  [[nodiscard]] bool allows(const PythonVersion& version) const;

 private:
  friend hooks::base::Expected<SpecifierSet> parse_specifiers(std::string_view text);
  std::vector<VersionSpecifier> specifiers_{};
};

/// Reads ">=3.8, <4". The error quotes the comparison that is none.
[[nodiscard]] hooks::base::Expected<SpecifierSet> parse_specifiers(std::string_view text);

/// How long the comparison is that `text` begins with, white space between its parts included; 0 where it begins with
/// none. What a requirement's text is taken apart by.
[[nodiscard]] std::size_t specifier_length(std::string_view text);

}  // namespace grapnel::dist
