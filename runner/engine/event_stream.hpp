// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The one way from the engine to whoever watches.
#pragma once

#include "runner/base/environment.hpp"
#include <grapnel/events.hpp>

#include <string>

namespace grapnel::engine {

/// Hands events to a sink that may be absent or broken. Used on one thread.
class EventStream {
 public:
  explicit EventStream(EventSink* sink) noexcept : sink_(sink) {}

  /// A sink that throws is called no more: reports never change what a run does.
  void emit(const Event& event) noexcept {
    if (sink_ == nullptr) return;
    try {
      sink_->on_event(event);
    } catch (...) {
      sink_ = nullptr;
    }
  }
  /// Messages quote what hooks and documents say; from here on without these secrets.
  void hide(Redactor redactor) { redactor_ = std::move(redactor); }
  void info(std::string package, const std::string& text) {
    emit(Message{Message::Severity::info, std::move(package), redactor_.redact(text)});
  }
  void warning(std::string package, const std::string& text) {
    emit(Message{Message::Severity::warning, std::move(package), redactor_.redact(text)});
  }

 private:
  EventSink* sink_;
  Redactor redactor_;
};

}  // namespace grapnel::engine
