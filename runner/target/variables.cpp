// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/variables.hpp"

#include "hooks_api/base/shown.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace grapnel::target {

namespace {

constexpr std::array<std::string_view, 2> kPrefixes{"HATCH_BUILD_", "GRAPNEL_BUILD_"};
constexpr std::array<std::string_view, 5> kSwitches{"CLEAN", "CLEAN_HOOKS_AFTER", "HOOKS_ONLY", "NO_HOOKS",
                                                    "HOOKS_ENABLE"};
constexpr std::string_view kEnableOne = "HOOK_ENABLE_";

bool means_on(std::string_view value) { return value == "1" || value == "true"; }

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

// Bounded, so that several of them can be added.
int integer(std::string_view text) {
  constexpr int kMost = 1000;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::clamp(value, -kMost, kMost) : 0;
}

bool is_switch(std::string_view name) {
  return std::find(kSwitches.begin(), kSwitches.end(), name) != kSwitches.end() ||
         name.substr(0, kEnableOne.size()) == kEnableOne;
}

}  // namespace

bool Variables::is_on(std::string_view name) const {
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
    return means_on(value_of(*environment_, std::string(prefix) + std::string(name)));
  });
}

std::string Variables::enabling(std::string_view hook) const {
  std::vector<std::string> names{std::string(kEnableOne) + upper(hook)};
  if (!(*like_hatch_)[Improvement::enable_variable]) {
    std::string exportable = names.front();
    std::replace(exportable.begin(), exportable.end(), '-', '_');
    names.push_back(std::move(exportable));
  }
  for (const std::string& name : names) {
    for (const std::string_view prefix : kPrefixes) {
      std::string variable = std::string(prefix) + name;
      if (means_on(value_of(*environment_, variable))) return variable;
    }
  }
  return {};
}

std::string Variables::location() const {
  const std::string_view own = value_of(*environment_, "GRAPNEL_BUILD_LOCATION");
  return std::string(own.empty() ? value_of(*environment_, "HATCH_BUILD_LOCATION") : own);
}

int Variables::verbosity() const {
  return integer(value_of(*environment_, "HATCH_VERBOSE")) - integer(value_of(*environment_, "HATCH_QUIET"));
}

std::vector<std::string> Variables::warnings() const {
  std::vector<std::string> warnings;
  if ((*like_hatch_)[Improvement::variable_warning]) return warnings;
  for (const std::string& variable : *environment_) {
    const std::size_t equals = variable.find('=');
    const std::string_view name = std::string_view(variable).substr(0, equals);
    for (const std::string_view prefix : kPrefixes) {
      if (name.substr(0, prefix.size()) != prefix || !is_switch(name.substr(prefix.size()))) continue;
      const std::string_view value = std::string_view(variable).substr(equals + 1);
      if (value.empty() || value == "0" || value == "false" || means_on(value)) continue;
      warnings.push_back("the variable " + std::string(name) + " is " + hooks::base::shown(value) +
                         ", which means nothing: on is '1' or 'true'");
    }
  }
  return warnings;
}

}  // namespace grapnel::target
