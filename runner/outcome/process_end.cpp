// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/tool_text.hpp"
#include <grapnel/outcome.hpp>

#include <string>
#include <type_traits>
#include <variant>

namespace grapnel {

std::string signal_name(int signal) { return hooks::base::signal_name(signal); }

std::string describe(const ProcessEnd& end) {
  return std::visit(
      [](const auto& how) -> std::string {
        using How = std::decay_t<decltype(how)>;
        if constexpr (std::is_same_v<How, Exited>) {
          return "exit code " + std::to_string(how.code);
        } else if constexpr (std::is_same_v<How, Signaled>) {
          return "killed by " + signal_name(how.signal) + (how.core_dumped ? " (core dumped)" : "");
        } else {
          return "not started: " + how.what;
        }
      },
      end);
}

}  // namespace grapnel
