// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The sink for people who watch a run.
#pragma once

#include <grapnel/events.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace grapnel::report {

/// How much to say.
enum class Verbosity {
  normal,   ///< failures and warnings
  verbose,  ///< also what is started, and why
};

/// Writes lines to a descriptor, which it borrows: one block for each failed hook, with what is needed to act on it.
/// Nothing where all is well. What both the build and the link warn of is said once. A descriptor that cannot be
/// written to is given up in silence.
class Terminal final : public EventSink {
 public:
  Terminal(int fd, Verbosity verbosity) : fd_(fd), verbosity_(verbosity) {}
  ~Terminal() override;
  void on_event(const Event& event) override;

 private:
  void on(const CommandStarted& /*event*/) {}
  void on(const HookOutput& /*event*/) {}
  void on(const CommandFinished& /*event*/) {}
  void on(const RunStarted& event);
  void on(const HookStarted& event);
  void on(const StepStarted& event);
  void on(const HookFinished& event);
  void on(const Message& event);
  void on(const RunFinished& event);
  void write(const std::string& text);

  int fd_;
  Verbosity verbosity_;
  std::size_t failed_hooks_ = 0;
  std::set<std::string> warnings_;  // said already
};

/// The block for a failed hook: package, hook, class and why, the last 40 lines of its standard error, the log, run.sh.
[[nodiscard]] std::string failure_block(const HookFinished& event);

/// A line for each reason, behind `indent`; no more than a person reads.
[[nodiscard]] std::string reason_lines(const std::vector<Reason>& reasons, const std::string& indent);

/// "build failure", "infra failure", …: a class as people read it.
[[nodiscard]] std::string words_for(OutcomeClass outcome_class);

}  // namespace grapnel::report
