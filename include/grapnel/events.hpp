// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What happens in a run: the only thing that reports are made from.
#pragma once

#include <grapnel/outcome.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grapnel {

/// Which of a package's hooks.
enum class HookKind { build, link };
/// "build" or "link".
[[nodiscard]] std::string_view name_of(HookKind kind) noexcept;

/// One hook of a run.
struct HookId {
  std::string package{};
  HookKind kind = HookKind::build;
  friend bool operator==(const HookId&, const HookId&) = default;
};

/// The plan is made; hooks follow in `hooks`' order.
struct RunStarted {
  std::vector<HookId> hooks{};
};

/// A hook's life began: its program is found and, where need be, built.
struct HookStarted {
  HookId hook{};
  std::filesystem::path directory{};  ///< holds input.json, output.json, stdout.txt, stderr.txt, run.sh
};

/// A step of a hook began: compiling its program, running it.
struct StepStarted {
  HookId hook{};
  std::string what{};     ///< "compile", "configure", "run"
  std::string command{};  ///< for a person; secrets are redacted
};

/// A hook's life ended.
struct HookFinished {
  HookId hook{};
  Outcome outcome{};
  std::chrono::nanoseconds duration{};
  std::filesystem::path directory{};
  std::filesystem::path log{};     ///< standard error of the step that ended it; empty where nothing ran
  std::filesystem::path run_sh{};  ///< repeats the step that ended it; empty where nothing ran
  std::string stderr_tail{};       ///< the last 64 KiB of that log; secrets are redacted, other bytes as they came
};

/// Something worth saying that changes no outcome.
struct Message {
  enum class Severity { info, warning };
  Severity severity = Severity::info;
  std::string package{};  ///< empty where it is about no package
  std::string text{};
};

/// The run is over; the last event.
struct RunFinished {
  Outcome outcome{};
  std::chrono::nanoseconds duration{};
};

using Event = std::variant<RunStarted, HookStarted, StepStarted, HookFinished, Message, RunFinished>;

/// Sees the events of a run: in order, on the thread that called Runner::build() or link(). An exception that it
/// throws is dropped, and it is called no more.
class EventSink {
 public:
  virtual ~EventSink();
  virtual void on_event(const Event& event) = 0;

 protected:
  EventSink() = default;
  EventSink(const EventSink&) = default;
  EventSink& operator=(const EventSink&) = default;
};

}  // namespace grapnel
