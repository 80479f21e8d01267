// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What events add up to, for tests of reports.
#pragma once

#include "runner/report/model.hpp"
#include "tests/support/sample_events.hpp"

#include <array>
#include <vector>

namespace tests {

[[nodiscard]] inline grapnel::report::Model model_of(const std::vector<grapnel::Event>& events) {
  grapnel::report::ModelBuilder builder;
  for (const grapnel::Event& event : events) builder.add(event);
  return builder.model();
}

/// A scenario with the name that its golden files have.
struct Scenario {
  const char* name;
  std::vector<grapnel::Event> (*events)();
};
inline constexpr std::array kScenarios{Scenario{"sample", sample_events},   Scenario{"canceled", canceled_events},
                                       Scenario{"cut_off", cut_off_events}, Scenario{"planless", planless_events},
                                       Scenario{"daemon", daemon_events},   Scenario{"target", target_events}};

}  // namespace tests
