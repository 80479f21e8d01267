// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What happens in a run: the only thing that reports are made from.
///
/// What is to come is announced, so that a stream that was cut off is recognised: CommandStarted announces runs and
/// promises CommandFinished; each RunStarted announces hooks and promises RunFinished. An announced hook finishes once,
/// or was not started, which is certain when its run has finished.
///
/// A daemon runs a hook whenever a front end asks for one: it announces no runs, as it knows of none, and each of its
/// hooks is a run by itself. The same hook runs as often as it is asked for.
///
/// Neither does a build of targets announce runs: each stage of each hook is a run by itself. HookId::package has the
/// project, the target with its version, and the hook's name: "demo wheel:standard tables", and no version where the
/// stage is for several at once: "demo wheel tables". A stage that was replayed from a cache only finishes, up to date.
#pragma once

#include <grapnel/outcome.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grapnel {

/// When something happened: nanoseconds of a clock that never jumps and began at an unknown time. Only differences
/// count, to events of the same stream; CommandStarted and RunStarted say what the time of day was.
using Moment = std::chrono::nanoseconds;

/// Which hook: one of a Dart package's two, one of those that a Python package's backend has (PEP 517, PEP 660), or a
/// stage of one that a build target has.
enum class HookKind {
  build,
  link,
  build_wheel,
  build_sdist,
  prepare_metadata_for_build_wheel,
  get_requires_for_build_wheel,
  get_requires_for_build_sdist,
  build_editable,
  prepare_metadata_for_build_editable,
  get_requires_for_build_editable,
  dependencies,
  clean,
  initialize,
  finalize,
};
/// "build", "link", "build_wheel", …: the words of documents.
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
  Moment began{};
};

/// A command of the user began. Comes from the program that runs hooks, not from the library: Runner's events, of one
/// or more runs, follow.
struct CommandStarted {
  std::string command{};              ///< "build", "link", …
  std::string version{};              ///< of grapnel
  std::string id{};                   ///< of this command alone: letters, digits, '-'
  std::filesystem::path workspace{};  ///< package_config.json or grapnel.toml; empty where there is none
  std::string root_package{};
  unsigned jobs = 0;             ///< how many hooks may run at once
  std::vector<HookKind> runs{};  ///< announced, in this order; one that fails is the last; empty where none is known
  std::chrono::system_clock::time_point time_of_day{};
  Moment time{};
};

/// By place among the hooks of a run. Places behind the last hook are packages between hooks, which have none.
struct Wait {
  std::uint32_t waiter = 0;
  std::uint32_t giver = 0;  ///< for which it waits
  friend bool operator==(const Wait&, const Wait&) = default;
};

/// The plan is made; hooks follow in any order.
struct RunStarted {
  HookKind kind = HookKind::build;
  std::vector<HookId> hooks{};  ///< in an order in which they could run one after another
  std::vector<Wait> waits{};
  std::chrono::system_clock::time_point time_of_day{};
  Moment time{};
};

/// A hook has to run, and may run now: one of the jobs is its own. Hooks that are up to date only finish.
struct HookStarted {
  HookId hook{};
  std::filesystem::path directory{};  ///< holds input.json, output.json, stdout.txt, stderr.txt, run.sh; may be empty
  std::vector<Reason> reasons{};      ///< at least one
  Moment time{};
};

/// A step of a hook began: compiling its program, running it.
struct StepStarted {
  HookId hook{};
  std::string what{};     ///< "compile", "configure", "run"
  std::string command{};  ///< for a person; secrets are redacted
  Moment time{};
};

/// What a running hook prints, for those who watch: only a sink that wants_output() gets it, and it is in no file of
/// events. Whole lines where it can be, at most 64 KiB; secrets are redacted, other bytes as they came.
struct HookOutput {
  enum class Stream { standard_output, standard_error };
  HookId hook{};
  Stream stream = Stream::standard_output;
  std::string text{};
  Moment time{};
};

/// A hook's life ended, in whatever way: it ran, was up to date, or was skipped.
struct HookFinished {
  HookId hook{};
  Outcome outcome{};
  bool up_to_date = false;              ///< nothing ran; what follows is of the run before
  std::chrono::nanoseconds duration{};  ///< with the building of its program, without waiting
  std::filesystem::path directory{};
  /// Standard error of the step that ended it; empty where nothing ran. Files that a front end was told of are its own,
  /// which may remove them as soon as it has its answer.
  std::filesystem::path log{};
  std::filesystem::path output_log{};  ///< its standard output; empty where nothing ran
  std::filesystem::path run_sh{};      ///< repeats the step that ended it; empty where nothing ran
  std::string stderr_tail{};           ///< the last 64 KiB of `log`; secrets are redacted, other bytes as they came
  std::string stdout_tail{};           ///< the same of `output_log`
  std::string hang_report{};           ///< of a hook that was stopped because it said nothing or took too long
  std::vector<Attempt> attempts{};     ///< those before the last one
  std::optional<ProcessEnd> end{};     ///< of the process that ended it; absent where nothing ran
  std::string
      output{};  ///< "output.json says failure (build)", "there is no output.json", …; empty where nobody looked
  Moment time{};
};

/// Something worth saying that changes no outcome.
struct Message {
  enum class Severity { info, warning };
  Severity severity = Severity::info;
  std::string package{};  ///< empty where it is about no package
  std::string text{};
  Moment time{};
};

/// The run is over.
struct RunFinished {
  Outcome outcome{};
  std::chrono::nanoseconds duration{};
  HookKind kind = HookKind::build;
  Moment time{};
};

/// The command is over, but for its exit; the last event.
struct CommandFinished {
  Outcome outcome{};
  int exit_code = 0;  ///< -1 where the program ends by `signal`
  int signal = 0;
  bool after_deadline = false;  ///< canceled at or after the deadline that it was given: its time was over
  Moment time{};
};

using Event = std::variant<CommandStarted, RunStarted, HookStarted, StepStarted, HookOutput, HookFinished, Message,
                           RunFinished, CommandFinished>;

/// What is going on, for those who draw it.
struct Tick {
  Moment time{};
  unsigned jobs = 0;    ///< how many hooks may run at once now
  unsigned tokens = 0;  ///< held by what hooks run in their turn (make, cargo, a CBuilder)
};

/// Sees the events of a run: in order, on the thread that called Runner::build() or link(). An exception that it
/// throws is dropped, and it is called no more.
class EventSink {
 public:
  virtual ~EventSink();
  virtual void on_event(const Event& event) = 0;
  /// About ten times a second while hooks run, beside the events.
  virtual void on_tick(const Tick& tick);
  /// Whether it wants HookOutput. Asked when a run starts.
  [[nodiscard]] virtual bool wants_output() const noexcept;

 protected:
  EventSink() = default;
  EventSink(const EventSink&) = default;
  EventSink& operator=(const EventSink&) = default;
};

/// Now, as events have it.
[[nodiscard]] Moment now() noexcept;

}  // namespace grapnel
