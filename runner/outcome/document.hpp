// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What output.json says, in the words of the classification table.
#pragma once

#include "runner/outcome/classify.hpp"

#include <string>

namespace grapnel::outcome {

/// The cases that the table tells apart.
enum class Verdict {
  absent,
  malformed,
  success,        ///< or no status
  build,          ///< failure, type build
  infra,          ///< failure, type infra
  other_failure,  ///< failure, type uncategorized, unknown or missing
  unknown_status,
};

/// One output document, judged.
struct Document {
  Verdict verdict;
  std::string type;          ///< the failure type that counts; empty where there is none
  std::string text;          ///< part of a sentence: "output.json says failure (build)"
  std::string disagreement;  ///< a sentence where the document contradicts itself, else empty
};

[[nodiscard]] Document judge(const OutputEvidence& output);

}  // namespace grapnel::outcome
