// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The variables that say how to build: HATCH_BUILD_*, and GRAPNEL_BUILD_* with the same meaning (spec:
/// hatch-build-hooks, section 1.5).
#pragma once

#include "runner/base/environment.hpp"
#include "runner/target/like_hatch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::target {

/// Reads them. Borrows the environment.
///
/// On means exactly "1" or "true". Of the two spellings either is enough for "on"; of values GRAPNEL_BUILD_LOCATION
/// goes before HATCH_BUILD_LOCATION.
class Variables {
 public:
  Variables(const Environment& environment, const LikeHatch& like_hatch) noexcept
      : environment_(&environment), like_hatch_(&like_hatch) {}

  [[nodiscard]] bool clean() const { return is_on("CLEAN"); }
  [[nodiscard]] bool clean_hooks_after() const { return is_on("CLEAN_HOOKS_AFTER"); }
  [[nodiscard]] bool hooks_only() const { return is_on("HOOKS_ONLY"); }
  [[nodiscard]] bool no_hooks() const { return is_on("NO_HOOKS"); }
  [[nodiscard]] bool hooks_enable() const { return is_on("HOOKS_ENABLE"); }
  /// Whether a variable enables this hook; the variable's name, or an empty string.
  [[nodiscard]] std::string enabling(std::string_view hook) const;
  /// Empty where there is none.
  [[nodiscard]] std::string location() const;
  /// HATCH_VERBOSE less HATCH_QUIET; what is no integer counts as 0.
  [[nodiscard]] int verbosity() const;

  /// A sentence for each variable that is there and means nothing: neither "1" nor "true", "0" nor "false".
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  [[nodiscard]] bool is_on(std::string_view name) const;

  const Environment* environment_;
  const LikeHatch* like_hatch_;
};

}  // namespace grapnel::target
