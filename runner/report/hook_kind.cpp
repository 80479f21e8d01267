// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/hook_kind.hpp"

namespace grapnel::report {

bool is_requested(HookKind kind) noexcept { return runs_alone(kind) && !is_stage(kind); }

bool is_stage(HookKind kind) noexcept {
  return kind == HookKind::dependencies || kind == HookKind::clean || kind == HookKind::initialize ||
         kind == HookKind::finalize;
}

bool runs_alone(HookKind kind) noexcept { return kind != HookKind::build && kind != HookKind::link; }

std::vector<Reason> told_reasons(const HookStarted& event) {
  if (is_requested(event.hook.kind)) return {};
  std::vector<Reason> reasons = event.reasons;
  if (is_stage(event.hook.kind)) {
    std::erase_if(reasons, [](const Reason& reason) { return reason.kind == Reason::Kind::forced; });
  }
  return reasons;
}

}  // namespace grapnel::report
