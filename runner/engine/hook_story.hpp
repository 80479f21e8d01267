// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What is told of one hook run.
#pragma once

#include "runner/engine/event_stream.hpp"
#include "runner/engine/output_lines.hpp"
#include "runner/process/supervise.hpp"
#include "runner/program/program.hpp"
#include <grapnel/events.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::engine {

/// The events of one hook run. The logs hold what the hook printed, bytes as they came; what leaves them for people and
/// reports, and goes through here, holds no secrets. Borrows the stream and the redactor. Used on one thread.
class HookStory {
 public:
  HookStory(HookId hook, std::filesystem::path directory, EventStream& events, const Redactor& redactor);

  [[nodiscard]] const HookId& hook() const noexcept { return finished_.hook; }

  void starts(const std::vector<Reason>& reasons);
  void step(const std::string& what, const std::string& command);
  void info(const std::string& text) { events_.info(hook().package, text); }
  void warning(const std::string& text) { events_.warning(hook().package, text); }

  /// For a child's `on_output`; empty where nobody wants to know.
  [[nodiscard]] std::function<void(process::OutputStream, std::string_view)> listener();
  /// The child has ended: what was held back of its last line.
  void printed_all();

  /// Where the step that is about to run leaves what it prints, and what repeats it.
  void runs(const std::filesystem::path& log, const std::filesystem::path& output_log,
            const std::filesystem::path& run_sh);
  /// How the hook's process ended, and what output.json said.
  void ran(const process::ChildResult& child, const std::string& output);
  /// The program could not be built.
  void failed_to_build(const program::BuildFailure& failure);
  /// A try that is not the last one; its logs have got names of their own.
  void failed_attempt(Attempt attempt);
  [[nodiscard]] bool has_failed_attempts() const noexcept { return !finished_.attempts.empty(); }

  /// The end, once. `outcome` comes back as it is told.
  void finishes(Outcome& outcome, bool up_to_date, std::chrono::nanoseconds duration);

 private:
  void printed(HookOutput::Stream stream, const std::string& text);
  void take_tails(const process::ChildResult& child);

  EventStream& events_;
  const Redactor& redactor_;
  HookFinished finished_;
  OutputLines lines_;
  OutputLines error_lines_;
};

}  // namespace grapnel::engine
