// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The one way from the engine to whoever watches.
#pragma once

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
  void info(std::string package, std::string text) {
    emit(Message{Message::Severity::info, std::move(package), std::move(text)});
  }
  void warning(std::string package, std::string text) {
    emit(Message{Message::Severity::warning, std::move(package), std::move(text)});
  }

 private:
  EventSink* sink_;
};

}  // namespace grapnel::engine
