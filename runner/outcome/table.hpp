// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The columns of the classification table (spec: ci-reporting, section 4). Which row applies is classify.cpp's.
#pragma once

#include <grapnel/outcome.hpp>

#include <string>

namespace grapnel::outcome {

/// The number of an outcome that the table has no row for.
inline constexpr int kNoRow = 0;

/// An outcome with the columns of row `number`; kNoRow is uncategorized. REQUIRES: kNoRow, or a row of the table but
/// 28, which is no outcome of a hook.
[[nodiscard]] Outcome row(int number, std::string reason);

/// Makes an outcome count as another class where an option says so: the exit code, the LUCI status and the retry column
/// of infra (retried once), build and uncategorized (never). REQUIRES: one of these three.
void count_as(Outcome& outcome, OutcomeClass outcome_class);

}  // namespace grapnel::outcome
