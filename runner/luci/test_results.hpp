// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Hooks as results of tests, as ResultDB has them (spec: ci-reporting, section 1.5).
#pragma once

#include "runner/report/model.hpp"
#include <hooks/json.hpp>

#include <vector>

namespace grapnel::luci {

/// A luci.resultsink.v1.TestResult as proto3 JSON with original names: its status_v2, and what this status asks for.
[[nodiscard]] hooks::Json test_result(const report::Model& model, const report::HookModel& hook);

/// One for each hook that the model announced. Pure.
[[nodiscard]] std::vector<hooks::Json> test_results(const report::Model& model);

}  // namespace grapnel::luci
