// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Compatibility tags of wheels: "cp311-cp311-linux_x86_64" (PEP 425).
#pragma once

#include "runner/base/environment.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::dist {

/// Why a text is no tag; empty for one. A tag has three parts, each a set: letters, digits and '_', with '.' between
/// its members.
[[nodiscard]] std::string fault_of_tag(std::string_view tag);

/// The tags that a compressed set stands for, in lower case, sorted, each once. REQUIRES: fault_of_tag() finds none.
[[nodiscard]] std::vector<std::string> expanded_tag(std::string_view tag);

/// The most specific tag of an interpreter, for the plain platform: never manylinux. `python`: its path; empty:
/// python3 on the environment's PATH. Throws SystemError, which says what the interpreter printed.
[[nodiscard]] std::string interpreter_tag(const std::filesystem::path& python, const Environment& environment);

}  // namespace grapnel::dist
