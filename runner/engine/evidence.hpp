// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What stands in output.json's place after a hook has ended.
#pragma once

#include "hooks_api/protocol/input.hpp"
#include "runner/outcome/classify.hpp"
#include <hooks/config.hpp>
#include <hooks/output.hpp>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

namespace grapnel::engine {

/// By what an output is judged.
struct OutputRules {
  hooks::protocol::HookKind kind;
  const hooks::HookConfig& config;
  const std::string& package;
  const std::set<std::string, std::less<>>& link_hooks;  ///< packages that have one: where a build hook may route to
};

struct ReadEvidence {
  outcome::OutputEvidence evidence;
  std::vector<std::string> warnings;  ///< of the runner's checks: worth saying, and no reason to fail
  hooks::HookOutput output;           ///< meaningful where the evidence is a document without faults
};

/// Reads and checks the file. One older than `started` (the clock of its file system) is absent: it is another
/// run's. A directory, a FIFO, a file beyond the limits is malformed. Never throws for what it finds.
[[nodiscard]] ReadEvidence read_evidence(const std::filesystem::path& file,
                                         std::chrono::system_clock::time_point started, const OutputRules& rules);

}  // namespace grapnel::engine
