// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One sink for several.
#pragma once

#include <grapnel/events.hpp>

#include <vector>

namespace grapnel::report {

/// Hands everything to sinks in the order in which they were added. One that throws is called no more, and the others
/// go on.
class Fan final : public EventSink {
 public:
  /// `sink` is borrowed.
  void add(EventSink& sink) { sinks_.push_back(&sink); }

  void on_event(const Event& event) override;
  void on_tick(const Tick& tick) override;
  [[nodiscard]] bool wants_output() const noexcept override;

 private:
  template <typename Call>
  void tell(Call call);

  std::vector<EventSink*> sinks_;
};

}  // namespace grapnel::report
