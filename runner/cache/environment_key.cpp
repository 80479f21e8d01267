// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/environment_key.hpp"

#include "hooks_api/base/sha256.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace grapnel::cache {

namespace {

// Sorted.
constexpr std::array<std::string_view, 16> kIgnored{
    "ALL_PROXY",   "APPDATA",    "CARGO_MAKEFLAGS", "FTP_PROXY",  "GRAPNEL_HOOK_RUN", "HOME",
    "HTTPS_PROXY", "HTTP_PROXY", "LOCALAPPDATA",    "MAKEFLAGS",  "MAKELEVEL",        "NO_PROXY",
    "TEMP",        "TMP",        "TMPDIR",          "USERPROFILE"};
constexpr std::string_view kIgnoredPrefix = "CCACHE_";

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

EnvironmentTable::Variable variable_of(std::string_view name, std::string_view value, bool hidden) {
  EnvironmentTable::Variable variable;
  variable.name = name;
  variable.shown = hidden ? "***" : std::string(value);
  variable.value = digest_of(hidden ? hooks::base::sha256_hex(value) : std::string(value));
  return variable;
}

Digest digest_of_table(const EnvironmentTable& table) {
  Fields fields;
  for (const EnvironmentTable::Variable& variable : table.variables) fields.add(variable.name).add(variable.value);
  return fields.digest();
}

}  // namespace

bool says_nothing(std::string_view name) {
  const std::string upper = upper_case(name);
  return std::binary_search(kIgnored.begin(), kIgnored.end(), upper) || upper.starts_with(kIgnoredPrefix);
}

EnvironmentKey::EnvironmentKey(const Environment& environment, const EnvironmentPolicy& policy) {
  for (const std::string_view entry : environment) {
    const std::size_t equals = entry.find('=');
    const std::string_view name = entry.substr(0, equals);
    const std::string_view value = equals == entry.npos ? std::string_view() : entry.substr(equals + 1);
    // What only passes is a credential, whatever its name, and may be declared all the same.
    all_.push_back(variable_of(name, value, is_secret(name, value) || policy.only_passes(name)));
  }
  std::stable_sort(all_.begin(), all_.end(),
                   [](const auto& left, const auto& right) { return left.name < right.name; });
  for (const auto& variable : all_) {
    counts_.push_back(!says_nothing(variable.name) && !policy.only_passes(variable.name));
  }
  of_all_ = digest_of_table(table(EnvironmentRule::all, {}));
  of_all_but_path_ = digest_of_table(table(EnvironmentRule::all_but_path, {}));
}

EnvironmentTable EnvironmentKey::table(EnvironmentRule rule, const std::vector<std::string_view>& names) const {
  EnvironmentTable table;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const std::string_view name = all_[i].name;
    const bool counts = rule == EnvironmentRule::declared
                            ? std::find(names.begin(), names.end(), name) != names.end()
                            : counts_[i] && (rule == EnvironmentRule::all || name != "PATH");
    if (counts) table.variables.push_back(all_[i]);
  }
  return table;
}

Digest EnvironmentKey::digest(EnvironmentRule rule, const std::vector<std::string_view>& names) const {
  switch (rule) {
    case EnvironmentRule::all:
      return of_all_;
    case EnvironmentRule::all_but_path:
      return of_all_but_path_;
    case EnvironmentRule::declared:
      break;
  }
  return digest_of_table(table(rule, names));
}

}  // namespace grapnel::cache
