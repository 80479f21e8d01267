// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/fan.hpp"

#include <algorithm>

namespace grapnel::report {

template <typename Call>
void Fan::tell(Call call) {
  for (EventSink*& sink : sinks_) {
    try {
      call(*sink);
    } catch (...) {
      sink = nullptr;
    }
  }
  std::erase(sinks_, nullptr);
}

void Fan::on_event(const Event& event) {
  const bool is_output = std::holds_alternative<HookOutput>(event);
  tell([&](EventSink& sink) {
    if (!is_output || sink.wants_output()) sink.on_event(event);
  });
}

void Fan::on_tick(const Tick& tick) {
  tell([&](EventSink& sink) { sink.on_tick(tick); });
}

bool Fan::wants_output() const noexcept {
  return std::any_of(sinks_.begin(), sinks_.end(), [](const EventSink* sink) { return sink->wants_output(); });
}

}  // namespace grapnel::report
