// SPDX-License-Identifier: BSD-3-Clause
#include <grapnel/events.hpp>

namespace grapnel {

EventSink::~EventSink() = default;

void EventSink::on_tick(const Tick& /*tick*/) {}

bool EventSink::wants_output() const noexcept { return false; }

Moment now() noexcept { return std::chrono::steady_clock::now().time_since_epoch(); }

std::string_view name_of(HookKind kind) noexcept {
  switch (kind) {
    case HookKind::build:
      return "build";
    case HookKind::link:
      return "link";
    case HookKind::build_wheel:
      return "build_wheel";
    case HookKind::build_sdist:
      return "build_sdist";
    case HookKind::prepare_metadata_for_build_wheel:
      return "prepare_metadata_for_build_wheel";
    case HookKind::get_requires_for_build_wheel:
      return "get_requires_for_build_wheel";
    case HookKind::get_requires_for_build_sdist:
      return "get_requires_for_build_sdist";
    case HookKind::build_editable:
      return "build_editable";
    case HookKind::prepare_metadata_for_build_editable:
      return "prepare_metadata_for_build_editable";
    case HookKind::get_requires_for_build_editable:
      return "get_requires_for_build_editable";
    case HookKind::dependencies:
      return "dependencies";
    case HookKind::clean:
      return "clean";
    case HookKind::initialize:
      return "initialize";
    case HookKind::finalize:
      return "finalize";
  }
  return "";
}

}  // namespace grapnel
