// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The command line and the properties of a luciexe (spec: ci-reporting, section 1.3).
#pragma once

#include "runner/cli/command_line.hpp"
#include <hooks/json.hpp>

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace grapnel::cli {

/// `grapnel luciexe [--output PATH] [ARGUMENT…] [-- ARGUMENT…]`: only --output before the first `--` is ours. Nothing
/// for another command, for help, and for an --output that is wrong: then the ordinary reader says what there is to
/// say.
[[nodiscard]] std::optional<LuciexeCommand> luciexe_command(int argc, const char* const* argv);

/// The flags of `grapnel build` that input.properties stand for, and `arguments`, which win where both name a flag. In
/// the member "grapnel" each member is a flag: keep_going or keep-going is --keep-going; true, false, a number, a text,
/// or a list for flags that may be repeated. The error says which member is wrong.
[[nodiscard]] tl::expected<std::vector<std::string>, std::string> build_arguments(
    const hooks::Json::Object& properties, const std::vector<std::string>& arguments);

}  // namespace grapnel::cli
