// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Which variables of a hook's environment decide whether it has to run again (spec: dart-hooks, D14).
#pragma once

#include "runner/base/environment.hpp"
#include "runner/cache/digest.hpp"
#include "runner/cache/record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::cache {

/// Whether a variable says nothing about what a hook makes: where its user lives and keeps temporary files, how the
/// network is reached, where and how a compiler cache works, and what the runner sets itself.
[[nodiscard]] bool says_nothing(std::string_view name);

/// The variables of one run's hooks, asked many times. Values of secret variables enter by their SHA-256, from which
/// nobody gets them back. Immutable but for what it remembers; not thread safe.
class EnvironmentKey {
 public:
  /// `policy`: those of its variables that only pass count for nothing, unless a hook declares them.
  EnvironmentKey(const Environment& environment, const EnvironmentPolicy& policy);

  /// What counts by a rule; `names` for EnvironmentRule::declared alone.
  [[nodiscard]] EnvironmentTable table(EnvironmentRule rule, const std::vector<std::string_view>& names) const;
  /// Its digest.
  [[nodiscard]] Digest digest(EnvironmentRule rule, const std::vector<std::string_view>& names) const;

 private:
  std::vector<EnvironmentTable::Variable> all_;  ///< sorted; all that is given
  std::vector<bool> counts_;                     ///< by place in `all_`: where the hook declares nothing
  Digest of_all_;
  Digest of_all_but_path_;
};

}  // namespace grapnel::cache
