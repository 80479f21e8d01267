// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/tool_versions.hpp"

#include "hooks_api/base/utf8.hpp"

#include <string_view>

namespace grapnel::engine {

void add_tool_versions(std::vector<Reason>& reasons, const hooks::HookOutput& output, std::string Reason::*side) {
  constexpr std::size_t kLongest = 200;
  for (Reason& reason : reasons) {
    if (reason.kind != Reason::Kind::tool) continue;
    for (const auto& tool : output.declarations.tools) {
      if (tool.path != reason.subject || tool.version.empty()) continue;
      const std::string_view version(tool.version);
      const std::string shown(version.substr(0, hooks::base::utf8_prefix(version.substr(0, kLongest))));
      std::string& text = reason.*side;
      text = text.empty() ? shown : shown + ", " + text;
      break;
    }
  }
}

}  // namespace grapnel::engine
