// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/sdk/arguments.hpp"

#include <string_view>

namespace hooks::sdk {

std::optional<std::string> config_argument(int argc, const char* const* argv) {
  constexpr std::string_view kOption = "--config";
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (!argument.starts_with(kOption)) continue;
    argument.remove_prefix(kOption.size());
    if (argument.empty() && i + 1 < argc) return argv[i + 1];
    if (argument.starts_with('=')) return std::string(argument.substr(1));
  }
  return std::nullopt;
}

}  // namespace hooks::sdk
