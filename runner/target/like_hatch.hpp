// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where we are better than Hatch, and how to have it Hatch's way (spec: hatch-build-hooks, table 6.3).
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::target {

/// What can be switched off, each by its name.
enum class Improvement {
  replacement_warning,  ///< a target's hook table that hides keys of the global one is told
  enable_variable,      ///< HATCH_BUILD_HOOK_ENABLE_A_B enables the hook "a-b", too
  enable_by_default,    ///< enable-by-default has to be a boolean
  variable_warning,     ///< a HATCH_BUILD_* variable that is neither on nor off is told
  absolute_directory,   ///< hooks see the absolute path of a relative -d
  result,               ///< finalize sees the artifact's tag and files
  validation,           ///< build data is judged after every hook
  containment,          ///< forced files stay within the archive
  duplicates,           ///< two files at one place of an archive are an error in every target
  missing_sources,      ///< a missing source of a shared map is an error
  shared_ignores,       ///< VCS ignores do not apply to the shared maps of hooks
  once_per_input,       ///< `once-per = "input"` is honoured
  hook_sources,         ///< an sdist has the sources of its hooks
};
inline constexpr std::size_t kImprovements = 13;

/// "replacement-warning", …: the words of `--like-hatch`.
[[nodiscard]] std::string_view name_of(Improvement improvement) noexcept;

/// Which improvements are off. A value.
class LikeHatch {
 public:
  LikeHatch() = default;
  /// By their names; "all" for all. Throws ProjectError for an unknown one, with those that there are.
  explicit LikeHatch(const std::vector<std::string>& names);
  /// Whether it is done Hatch's way.
  [[nodiscard]] bool operator[](Improvement improvement) const {
    return off_.test(static_cast<std::size_t>(improvement));
  }

 private:
  std::bitset<kImprovements> off_;
};

}  // namespace grapnel::target
