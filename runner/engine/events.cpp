// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/events.hpp>

namespace grapnel {

EventSink::~EventSink() = default;

std::string_view name_of(HookKind kind) noexcept { return kind == HookKind::build ? "build" : "link"; }

}  // namespace grapnel
