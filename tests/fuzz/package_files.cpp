// SPDX-License-Identifier: BSD-3-Clause
// package_config.json and package_graph.json: whatever the text, all faults or packages with good names and roots.
#include "hooks_api/base/json.hpp"
#include "runner/workspace/documents.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using grapnel::workspace::PackageNeeds;
using grapnel::workspace::PackageRoot;

void require(bool ok) {
  if (!ok) std::abort();
}

void require_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) require(grapnel::workspace::is_package_name(name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = hooks::base::parse_json({reinterpret_cast<const char*>(data), size});
  if (!document) {
    (void)document.error().describe();
    return 0;
  }
  hooks::protocol::Faults faults;
  for (const PackageRoot& package : grapnel::workspace::read_package_config(*document, "/app/.dart_tool", faults)) {
    if (!faults.empty()) break;
    require(grapnel::workspace::is_package_name(package.name));
    require(package.root.is_absolute() && package.root.lexically_normal() == package.root);
  }
  (void)describe(faults);

  faults.clear();
  for (const PackageNeeds& package : grapnel::workspace::read_package_graph(*document, faults)) {
    if (!faults.empty()) break;
    require(grapnel::workspace::is_package_name(package.name));
    require_names(package.dependencies);
    require_names(package.dev_dependencies);
  }
  (void)describe(faults);
  return 0;
}
