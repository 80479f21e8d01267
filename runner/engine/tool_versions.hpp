// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The versions of tools in the reasons for a run: a person knows a compiler by its version, not by a digest.
#pragma once

#include <grapnel/events.hpp>
#include <hooks/output.hpp>

#include <string>
#include <vector>

namespace grapnel::engine {

/// Puts the version that `output` declares before the text that `side` (&Reason::before or &Reason::after) has of each
/// tool.
void add_tool_versions(std::vector<Reason>& reasons, const hooks::HookOutput& output, std::string Reason::*side);

}  // namespace grapnel::engine
