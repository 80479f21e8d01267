// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/events.hpp>

namespace grapnel {

EventSink::~EventSink() = default;

void EventSink::on_tick(const Tick& /*tick*/) {}

bool EventSink::wants_output() const noexcept { return false; }

Moment now() noexcept { return std::chrono::steady_clock::now().time_since_epoch(); }

std::string_view name_of(HookKind kind) noexcept { return kind == HookKind::build ? "build" : "link"; }

}  // namespace grapnel
