// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The command line of a hook.
#pragma once

#include <optional>
#include <string>

namespace hooks::sdk {

/// The path in `--config=<path>` or `--config <path>`, whichever comes first; nothing where there is none. All other
/// arguments are ignored.
[[nodiscard]] std::optional<std::string> config_argument(int argc, const char* const* argv);

}  // namespace hooks::sdk
