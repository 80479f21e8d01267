// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Text for a POSIX shell.
#pragma once

#include "hooks_api/base/tool_text.hpp"
#include "runner/base/environment.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel {

using hooks::base::shell_quote;

/// A command for people: quoted words on one line.
[[nodiscard]] std::string command_line(const std::vector<std::string>& arguments);

/// A script that repeats a command: cd, `env -i`, every variable, the arguments. Values that the
/// policy hides stand there as `"${NAME:?}"`, so that whoever runs it provides them. `needed`: directories that may be
/// gone by then, and are made again.
[[nodiscard]] std::string repeat_script(const std::filesystem::path& executable,
                                        const std::vector<std::string>& arguments, const Environment& environment,
                                        const std::filesystem::path& working_directory,
                                        const EnvironmentPolicy& policy = {},
                                        const std::vector<std::filesystem::path>& needed = {});

}  // namespace grapnel
