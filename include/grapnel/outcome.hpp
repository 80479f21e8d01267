// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the end of a hook run means.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grapnel {

/// The process ended by itself.
struct Exited {
  int code;
  friend bool operator==(const Exited&, const Exited&) = default;
};
/// A signal ended the process. Never folded into an exit code.
struct Signaled {
  int signal;
  bool core_dumped = false;
  friend bool operator==(const Signaled&, const Signaled&) = default;
};
/// There was no process: exec or clone failed, or a step before the hook did.
struct NotStarted {
  int error_number;  ///< errno
  std::string what;  ///< complete for a person
  friend bool operator==(const NotStarted&, const NotStarted&) = default;
};
/// How a process ended.
using ProcessEnd = std::variant<Exited, Signaled, NotStarted>;

/// One sentence part: "exit code 2", "killed by SIGSEGV (core dumped)", "not started: …".
[[nodiscard]] std::string describe(const ProcessEnd& end);
/// "SIGSEGV", or "signal 42" for one without a name.
[[nodiscard]] std::string signal_name(int signal);

/// The classes of ci-reporting, section 4.
enum class OutcomeClass { success, build_failure, infra_failure, uncategorized, timed_out, canceled, skipped };
/// "success", "build_failure", …: the words of documents.
[[nodiscard]] std::string_view name_of(OutcomeClass outcome_class) noexcept;

/// Colour of a LUCI step.
enum class LuciStatus { none, success, failure, infra_failure, canceled };
/// "SUCCESS", "FAILURE", "INFRA_FAILURE", "CANCELED" or "".
[[nodiscard]] std::string_view name_of(LuciStatus status) noexcept;

/// Whether running the hook again may be worth it.
enum class Retry {
  never,
  once,  ///< at most once
  yes,   ///< as often as the caller's limit says
};
[[nodiscard]] std::string_view name_of(Retry retry) noexcept;

/// What Dart's runner would call a failure (spec: dart-hooks, section 7.1).
enum class DartKind { none, hook_run, infra, project_config, internal };
/// "", "hookRun", "infra", "projectConfig" or "internal".
[[nodiscard]] std::string_view name_of(DartKind kind) noexcept;

/// Which class wins when several hooks failed (spec: ci-reporting, section 3.3).
enum class Aggregate { infra_first, build_first };

/// A class with the evidence for it. A value; immutable once made.
struct Outcome {
  OutcomeClass outcome_class = OutcomeClass::success;
  int row = 1;  ///< of the classification table (spec: ci-reporting, section 4); 0: a signal that it does not name
  int exit_code = 0;  ///< of a command that runs hooks: 0, 1, 2, 255; -1 where it dies by the signal that ended it
  LuciStatus luci = LuciStatus::success;
  Retry retry = Retry::never;
  DartKind dart_kind = DartKind::none;
  bool violation = false;  ///< the hook broke the protocol
  bool confirmed = false;  ///< exit code and output.json both say infra
  bool crash = false;      ///< the hook died of a fault of its own (SIGSEGV and the like)
  bool timeout = false;
  bool resource_exhaustion = false;
  bool flaky = false;  ///< failed, then passed with the same inputs
  /// Why it is this class, for a person: "exit code 2, but output.json says build".
  std::string reason;
  /// What else is worth saying: a reserved code, a type that disagrees; one sentence each.
  std::vector<std::string> notes;

  [[nodiscard]] bool success() const noexcept { return outcome_class == OutcomeClass::success; }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace grapnel
