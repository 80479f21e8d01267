// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The sink for people who watch a run.
#pragma once

#include "runner/base/patient_writer.hpp"
#include "runner/report/console.hpp"
#include "runner/report/failure_block.hpp"
#include "runner/report/progress.hpp"
#include "runner/report/summary.hpp"
#include <grapnel/events.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace grapnel::report {

/// How much to say.
enum class Verbosity {
  quiet,      ///< failures
  normal,     ///< also warnings, and what the console shows
  verbose,    ///< also what is started, and why, and what is up to date
  streaming,  ///< also every line that hooks print, behind the name of their package
};

/// How to say it.
struct TerminalOptions {
  Verbosity verbosity = Verbosity::normal;
  Look look{};
  bool is_log = true;      ///< a CI system may read along: commands to it in what hooks print are broken
  std::stop_token stop{};  ///< from a request on nobody is waited for who does not read
};

/// Writes to a descriptor, which it borrows: lines that stay (one block for each failed hook, with what is needed to
/// act on it; all failures again at the end, where that is far away; a summary where something ran), and on a fancy
/// console a region below them that comes and goes with the ticks. Nothing where all is well and nothing ran. What both
/// the build and the link warn of is said once. A descriptor that cannot be written to is given up in silence. Memory
/// does not grow with what hooks print.
class Terminal final : public EventSink {
 public:
  Terminal(int fd, TerminalOptions options);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  /// Takes the region away.
  ~Terminal() override;
  void on_event(const Event& event) override;
  void on_tick(const Tick& tick) override;
  [[nodiscard]] bool wants_output() const noexcept override;

 private:
  void on(const CommandStarted& event);
  void on(const RunStarted& event);
  void on(const HookStarted& event);
  void on(const StepStarted& event);
  void on(const HookOutput& event);
  void on(const HookFinished& event);
  void on(const Message& event);
  void on(const RunFinished& event);
  void on(const CommandFinished& event);
  void on_failure(const HookFinished& event);
  void beat(const Tick& tick);
  void draw(const Tick& tick);
  /// Writes lines that stay.
  void write(const std::string& text);
  void write_bytes(const std::string& bytes);
  [[nodiscard]] bool says_starts() const noexcept;

  int fd_;
  PatientWriter out_;
  TerminalOptions options_;
  Style style_;
  Progress progress_;
  Summary summary_;
  Region region_;
  std::string picture_;  // that is drawn
  WindowSize window_;
  std::optional<Moment> drawn_;     // when
  std::optional<Moment> beat_;      // the last one, or when the first hook began
  std::size_t told_failures_ = 0;   // of this run
  std::set<std::string> warnings_;  // said already
};

}  // namespace grapnel::report
