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

/// Why a hook had to run.
struct Reason {
  enum class Kind {
    no_record,    ///< nothing is known of an earlier run
    forced,       ///< the caller wanted it
    program,      ///< the hook's program, or what it is made from
    input,        ///< a member of input.json; `subject` is its dotted path
    environment,  ///< a variable
    file,         ///< a file that the hook declared
    directory,    ///< the children of a directory that the hook declared
    absent,       ///< a file that was not there, and on whose absence the hook counted
    tool,         ///< a tool that the hook declared
    upstream,     ///< a file of an asset that another hook made
    output,       ///< what the hook itself had made
    validation,   ///< the rules for outputs
    moved,        ///< a dependency changed while the hook ran
  };
  Kind kind = Kind::no_record;
  std::string subject{};  ///< a path, a variable, a member; may be empty
  std::string before{};   ///< its value then, for a person; empty where there was none
  std::string after{};    ///< its value now
  std::string cause{};    ///< the package whose hook brought it about in this run; empty for a root
  friend bool operator==(const Reason&, const Reason&) = default;
};
/// "no_record", "forced", …: the words of documents.
[[nodiscard]] std::string_view name_of(Reason::Kind kind) noexcept;
/// One line: "src/a.c changed", "CC: gcc -> clang".
[[nodiscard]] std::string describe(const Reason& reason);

/// One try to run a hook that was not the last one.
struct Attempt {
  Outcome outcome{};
  std::chrono::nanoseconds duration{};
  std::filesystem::path log{};  ///< its standard error
};

/// The plan is made; hooks follow in `hooks`' order.
struct RunStarted {
  std::vector<HookId> hooks{};
};

/// A hook has to run. Hooks that are up to date only finish.
struct HookStarted {
  HookId hook{};
  std::filesystem::path directory{};  ///< holds input.json, output.json, stdout.txt, stderr.txt, run.sh
  std::vector<Reason> reasons{};      ///< at least one
};

/// A step of a hook began: compiling its program, running it.
struct StepStarted {
  HookId hook{};
  std::string what{};     ///< "compile", "configure", "run"
  std::string command{};  ///< for a person; secrets are redacted
};

/// A hook's life ended, in whatever way: it ran, was up to date, or was skipped.
struct HookFinished {
  HookId hook{};
  Outcome outcome{};
  bool up_to_date = false;              ///< nothing ran; what follows is of the run before
  std::chrono::nanoseconds duration{};  ///< with the building of its program, without waiting
  std::filesystem::path directory{};
  std::filesystem::path log{};      ///< standard error of the step that ended it; empty where nothing ran
  std::filesystem::path run_sh{};   ///< repeats the step that ended it; empty where nothing ran
  std::string stderr_tail{};        ///< the last 64 KiB of that log; secrets are redacted, other bytes as they came
  std::string hang_report{};        ///< of a hook that was stopped because it said nothing or took too long
  std::vector<Attempt> attempts{};  ///< those before the last one
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
