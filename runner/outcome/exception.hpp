// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Exceptions of the runner as outcomes: where decision 1 of the architecture is kept.
#pragma once

#include <grapnel/outcome.hpp>

namespace grapnel::outcome {

/// The outcome for the exception that is being handled: ProjectError is row 25, SystemError and every other
/// std::system_error row 24, the end of memory too, anything else row 27. REQUIRES: called from a catch block.
[[nodiscard]] Outcome outcome_of_current_exception();

}  // namespace grapnel::outcome
