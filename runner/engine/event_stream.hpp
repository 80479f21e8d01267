// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The one way from the engine to whoever watches.
#pragma once

#include "runner/base/environment.hpp"
#include <grapnel/events.hpp>

#include <string>
#include <utility>

namespace grapnel::engine {

/// Hands events to a sink that may be absent or broken. Used on one thread.
class EventStream {
 public:
  explicit EventStream(EventSink* sink) noexcept
      : sink_(sink), wants_output_(sink != nullptr && sink->wants_output()) {}

  /// Whether somebody listens: else an event need not be made.
  [[nodiscard]] bool is_heard() const noexcept { return sink_ != nullptr; }
  [[nodiscard]] bool wants_output() const noexcept { return wants_output_ && is_heard(); }

  /// An event that happens now. A sink that throws is called no more: reports never change what a run does.
  template <typename One>
  void emit(One event) noexcept {
    tell([&] {
      event.time = now();
      sink_->on_event(Event(std::move(event)));
    });
  }
  void tick(const Tick& tick) noexcept {
    tell([&] { sink_->on_tick(tick); });
  }
  /// Messages quote what hooks and documents say; from here on without these secrets.
  void hide(Redactor redactor) { redactor_ = std::move(redactor); }
  void info(std::string package, const std::string& text) {
    if (is_heard()) emit(Message{Message::Severity::info, std::move(package), redactor_.redact(text)});
  }
  void warning(std::string package, const std::string& text) {
    if (is_heard()) emit(Message{Message::Severity::warning, std::move(package), redactor_.redact(text)});
  }

 private:
  template <typename Call>
  void tell(Call call) noexcept {
    if (sink_ == nullptr) return;
    try {
      call();
    } catch (...) {
      sink_ = nullptr;
    }
  }

  EventSink* sink_;
  bool wants_output_;
  Redactor redactor_;
};

}  // namespace grapnel::engine
