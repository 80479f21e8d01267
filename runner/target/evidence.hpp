// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a staged hook answered, as evidence for the table of outcomes.
#pragma once

#include "hooks_api/build_target/stage_document.hpp"
#include "runner/outcome/classify.hpp"
#include <hooks/json.hpp>

#include <filesystem>
#include <string>

namespace grapnel::target {

struct Evidence {
  outcome::OutputEvidence found{};
  hooks::build_target::StageOutput output{};  ///< meaningful where `found` is a document
  std::string sentence{};                     ///< "output.json says failure (build)", "there is no output.json", …
};

/// Reads and judges the file. Never throws for what it finds.
[[nodiscard]] Evidence read_evidence(const std::filesystem::path& file);
/// Judges an answer that came by a channel.
[[nodiscard]] Evidence evidence_of(const hooks::Json& document);

}  // namespace grapnel::target
