// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/like_hatch.hpp"

#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"

#include <algorithm>
#include <array>

namespace grapnel::target {

namespace {

constexpr std::array<std::string_view, kImprovements> kNames{
    "replacement-warning", "enable-variable", "enable-by-default", "variable-warning",
    "absolute-directory",  "result",          "validation",        "containment",
    "duplicates",          "missing-sources", "shared-ignores",    "once-per-input",
    "hook-sources"};

}  // namespace

std::string_view name_of(Improvement improvement) noexcept { return kNames.at(static_cast<std::size_t>(improvement)); }

LikeHatch::LikeHatch(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name == "all") {
      off_.set();
      continue;
    }
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) {
      std::string known = "all";
      for (const std::string_view one : kNames) known += ", " + std::string(one);
      throw ProjectError("there is nothing to be done like Hatch by the name " + hooks::base::shown(name) +
                         "; the names are " + known);
    }
    off_.set(static_cast<std::size_t>(found - kNames.begin()));
  }
}

}  // namespace grapnel::target
