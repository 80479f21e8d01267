// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/hook_kind.hpp"

namespace grapnel::report {

bool is_requested(HookKind kind) noexcept { return kind != HookKind::build && kind != HookKind::link; }

}  // namespace grapnel::report
