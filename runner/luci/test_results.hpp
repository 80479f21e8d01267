// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A hook as the result of a test, as ResultDB has them (spec: ci-reporting, section 1.5).
#pragma once

#include "runner/report/model.hpp"
#include <hooks/json.hpp>

namespace grapnel::luci {

/// A luci.resultsink.v1.TestResult as proto3 JSON with original names: its status_v2, and what this status asks for.
/// What the hook printed goes along as artifacts, as far as the model has it. Pure. REQUIRES, for a hook that a front
/// end asked for: `hook` is one of the model's.
[[nodiscard]] hooks::Json test_result(const report::Model& model, const report::HookModel& hook);

}  // namespace grapnel::luci
