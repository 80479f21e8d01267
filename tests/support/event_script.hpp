// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Writes the events of a command from a list of hooks: who ran when follows from how long each takes.
#pragma once

#include <grapnel/events.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tests {

/// A hook to be.
struct ScriptedHook {
  std::string package{};
  std::chrono::nanoseconds duration{};       ///< of the last try, with the steps below
  std::chrono::nanoseconds compiling{};      ///< what of it is a step "compile"; 0: there is none
  std::vector<std::size_t> waits_for{};      ///< places in the list, before this one
  std::vector<grapnel::Reason> reasons{};    ///< empty: there is no record
  std::vector<grapnel::Attempt> attempts{};  ///< outcome and duration; the rest is filled in
  grapnel::Outcome outcome{};
  std::optional<grapnel::ProcessEnd> end{};
  std::string output{};
  std::string stderr_tail{};
  std::string stdout_tail{};
  std::string hang_report{};
};

/// Appends a command to a list of events.
class EventScript {
 public:
  /// Begins a command with CommandStarted.
  EventScript(std::string command, std::vector<grapnel::HookKind> runs, unsigned jobs);

  /// A whole run: RunStarted, hooks as the jobs allow, RunFinished with the outcome that the hooks add up to. Hooks of
  /// row 29 and 30 only finish; those of row 0 without an end are announced and no more.
  void run(grapnel::HookKind kind, const std::vector<ScriptedHook>& hooks);
  /// A hook that a front end asks for: a run by itself, in which the hook starts whatever its outcome.
  void request(grapnel::HookKind kind, const ScriptedHook& hook);
  /// A stage of a hook of a build target: a run by itself. One of row 30 was replayed, and only finishes.
  void stage(grapnel::HookKind kind, const ScriptedHook& hook);
  /// A run that failed before it had a plan: RunFinished alone.
  void fail(std::string reason, grapnel::HookKind kind = grapnel::HookKind::link);
  void message(grapnel::Message::Severity severity, std::string package, std::string text);
  /// CommandFinished, with the last run's outcome.
  void finish(int signal = 0, bool after_deadline = false);
  /// The hooks that run at `time` since the command began end there, canceled; those that had not begun never do, and
  /// all later events go.
  void cancel(std::chrono::nanoseconds time);
  /// What happened after `time` since the command began is lost.
  void cut_off(std::chrono::nanoseconds time);

  [[nodiscard]] std::vector<grapnel::Event> events() && { return std::move(events_); }
  std::vector<grapnel::Event>& list() { return events_; }

 private:
  void add_hook(grapnel::HookKind kind, const ScriptedHook& hook, std::size_t number, grapnel::Moment start,
                std::vector<grapnel::Event>& into);

  unsigned jobs_;
  std::size_t requests_ = 0;
  grapnel::Moment now_;
  grapnel::Outcome outcome_{};
  std::vector<grapnel::Event> events_;
};

/// The time that an event has.
[[nodiscard]] grapnel::Moment time_of(const grapnel::Event& event);

}  // namespace tests
