// SPDX-License-Identifier: BSD-3-Clause
// grapnel.toml: whatever the text, faults or packages with good names, roots and dependencies.
#include "runner/workspace/grapnel_toml.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

namespace {

void require(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  hooks::protocol::Faults faults;
  const grapnel::workspace::GrapnelToml toml = grapnel::workspace::read_grapnel_toml(text, "/app", faults);
  (void)describe(faults);
  if (!faults.empty()) return 0;

  std::set<std::string> names;
  for (const auto& package : toml.roots) {
    require(grapnel::workspace::is_package_name(package.name) && names.insert(package.name).second);
    require(package.root.is_absolute() && package.root.lexically_normal() == package.root);
  }
  require(toml.needs.size() == names.size() && (names.empty() || toml.has_packages));
  for (const auto& package : toml.needs) {
    for (const std::string& name : package.dependencies) require(names.contains(name));
    for (const std::string& name : package.dev_dependencies) require(names.contains(name));
  }
  if (toml.settings.user_defines) {
    // Throws for what JSON cannot express; within the limits of who reads it.
    for (const auto& [package, values] : *toml.settings.user_defines) {
      require(hooks::Json::parse(hooks::Json(values).to_string()) == hooks::Json(values));
    }
  }
  for (const std::string& name : toml.settings.environment.names) {
    require(grapnel::fault_of_variable_pattern(name).empty());
  }
  return 0;
}
