// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/surroundings.hpp"

#include <algorithm>
#include <array>

namespace grapnel::target {

namespace {

void put(Environment& environment, const std::string& name, const std::optional<std::string>& value) {
  const std::string prefix = name + "=";
  const auto begins = [&](const std::string& variable) { return variable.compare(0, prefix.size(), prefix) == 0; };
  environment.erase(std::remove_if(environment.begin(), environment.end(), begins), environment.end());
  if (!value) return;
  const std::string variable = prefix + *value;
  environment.insert(std::lower_bound(environment.begin(), environment.end(), variable), variable);
}

}  // namespace

bool says_how_to_build(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 2> kPrefixes{"HATCH_", "GRAPNEL_BUILD_"};
  return name == "SOURCE_DATE_EPOCH" || std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
           return name.substr(0, prefix.size()) == prefix;
         });
}

HookEnvironment::HookEnvironment(Environment all, const EnvironmentPolicy& policy) : all_(std::move(all)) {
  for (const std::string& variable : all_) {
    const std::string_view name = std::string_view(variable).substr(0, variable.find('='));
    if (policy.lets_through(name) || says_how_to_build(name)) filtered_.push_back(variable);
  }
}

void HookEnvironment::set(const std::string& name, const std::optional<std::string>& value) {
  put(all_, name, value);
  put(filtered_, name, value);
  changes_.insert_or_assign(name, value);
}

void HookEnvironment::apply(const hooks::build_target::EnvironmentPatch& patch) {
  for (const auto& variable : patch.set) set(variable.name, variable.value);
  for (const auto& variable : patch.prepend) {
    const std::string_view before = value_of(all_, variable.name);
    set(variable.name, before.empty() ? variable.value : variable.value + ":" + std::string(before));
  }
}

}  // namespace grapnel::target
