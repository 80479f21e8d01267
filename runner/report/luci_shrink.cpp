// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_build.hpp"
#include "runner/report/luci_encoders.hpp"
#include "runner/report/plain_text.hpp"

#include <algorithm>
#include <set>

namespace grapnel::report::luci {

namespace {

// The steps of hooks that succeeded, with what is below them.
void drop_successes(std::vector<Step>& steps) {
  std::set<std::string> dropped;
  std::erase_if(steps, [&](const Step& step) {
    const std::size_t end = step.name.rfind('|');
    if (end == std::string::npos) return false;
    const bool drop = step.status == Status::success || dropped.contains(step.name.substr(0, end));
    if (drop) dropped.insert(step.name);
    return drop;
  });
}

}  // namespace

void shrink(Build& build, std::size_t limit) {
  const auto fits = [&] { return to_pb(build).size() <= limit; };
  if (fits()) return;
  for (Step& step : build.steps) {
    if (step.status != Status::success) continue;
    step.logs.clear();
    step.tags.clear();
  }
  if (fits()) return;
  constexpr std::size_t kShort = 300;
  for (Step& step : build.steps) {
    step.logs.clear();
    // Without the block of code, whose end would be missing.
    const std::size_t paragraph = step.summary_markdown.find("\n\n");
    step.summary_markdown = first_bytes(std::string_view(step.summary_markdown).substr(0, paragraph), kShort);
  }
  if (fits()) return;
  drop_successes(build.steps);
  // Parents come first, so any number of first steps is a tree.
  while (!build.steps.empty() && !fits()) build.steps.resize(build.steps.size() / 2);
}

}  // namespace grapnel::report::luci
