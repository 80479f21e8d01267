// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the events of a command add up to: what all reports that are written at the end are made from.
#pragma once

#include <grapnel/events.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::report {

/// One hook that a run announced.
struct HookModel {
  enum class State { waiting, running, finished };
  HookId id{};
  State state = State::waiting;
  std::vector<std::size_t> waits_for{};  ///< places in Model::hooks, ascending; through packages without hooks
  std::optional<Moment> started{};       ///< absent where nothing ran
  std::optional<Moment> ended{};
  std::size_t slot = 0;              ///< the job that it took, from 0; means something where it started
  std::vector<Reason> reasons{};     ///< why it ran, as far as that is worth a word
  std::vector<StepStarted> steps{};  ///< of all attempts
  HookFinished end{};                ///< where it is finished; `end.attempts` are those before the last one
};

/// One run: the build or the link. Or all hooks that ran alone (hook_kind.hpp), one after another: for each of them
/// there was a run with no other hook, and nobody wants to read of thousands of them.
struct RunModel {
  std::optional<HookKind> kind{};  ///< absent for hooks that ran alone
  Moment started{};
  std::size_t first_hook = 0;  ///< its hooks are neighbours in Model::hooks
  std::size_t hook_count = 0;
  std::optional<RunFinished>
      end{};  ///< of several runs the one that decides (spec: ci-reporting, section 3.3), until now
};

/// A command so far. Memory: what hooks printed is at most 128 MiB; once it is 64 MiB, what a hook printed that
/// succeeds is left out, and of a failed one the end is kept. Text is UTF-8: bytes that are part of no character have
/// become U+FFFD, so that a model that was read back from a file of events equals the one of the run itself. A value.
struct Model {
  CommandStarted command{};
  std::vector<RunModel> runs{};
  std::vector<HookModel> hooks{};  ///< of all runs, in the order of the plans
  std::vector<Message> messages{};
  std::optional<CommandFinished> end{};  ///< absent where the stream was cut off, or goes on
  Moment now{};                          ///< of the last event

  /// The time of day of a moment of this stream.
  [[nodiscard]] std::chrono::system_clock::time_point time_of_day(Moment moment) const;
  /// Since the command began.
  [[nodiscard]] std::chrono::nanoseconds since_start(Moment moment) const;
  /// Whether nothing more is to come.
  [[nodiscard]] bool is_complete() const noexcept { return end.has_value(); }
};

/// Adds events up. Events that fit to nothing (of a hook that nobody announced) are passed over. Not thread safe.
class ModelBuilder {
 public:
  void add(const Event& event);
  [[nodiscard]] const Model& model() const noexcept { return model_; }

 private:
  void add(const CommandStarted& event);
  void add(const RunStarted& event);
  void add(const HookStarted& event);
  void add(const StepStarted& event);
  void add(const HookOutput& event);
  void add(const HookFinished& event);
  void add(const Message& event);
  void add(const RunFinished& event);
  void add(const CommandFinished& event);
  [[nodiscard]] HookModel* find(const HookId& id);
  /// The run that hooks belong to which run alone.
  [[nodiscard]] RunModel& requests(Moment time);
  void end_request(const RunFinished& event);
  void bound_tails(HookFinished& end);

  Model model_;
  std::map<std::pair<HookKind, std::string>, std::size_t> places_;
  std::vector<bool> slots_;            ///< which are taken
  std::optional<Outcome> decisive_{};  ///< of the runs of hooks that ran alone
  std::size_t tails_ = 0;              ///< bytes
};

/// The chain of hooks that the command's time went into: each waited for the one before it, and that one ended last of
/// all it waited for; the last one ended last of all. Places in Model::hooks, in the order of time; hooks that did not
/// run are left out, and so are those that run alone, as no plan says when.
[[nodiscard]] std::vector<std::size_t> critical_path(const Model& model);

}  // namespace grapnel::report
