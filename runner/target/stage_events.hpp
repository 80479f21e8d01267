// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The events of stages, each a run with one hook (events.md).
#pragma once

#include "runner/base/environment.hpp"
#include "runner/engine/event_stream.hpp"
#include "runner/engine/output_lines.hpp"
#include "runner/target/lifecycle.hpp"
#include <grapnel/build_target.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace grapnel::target {

/// Tells a sink what happens in the builds of one project, and keeps the artifacts. Used on one thread.
class StageEvents final : public LifecycleObserver {
 public:
  /// Borrows the sink, which may be null.
  StageEvents(EventSink* sink, std::string project, const Redactor& redactor);

  /// The target that events are about from here on. `shown_directory`: as the user would name it.
  void enter(const std::string& target, const std::filesystem::path& shown_directory);

  void stage_begins(const StagedHook& hook, Stage stage, const std::string& version) override;
  void stage_ended(const StagedHook& hook, Stage stage, const std::string& version, const StageEnd& end) override;
  void version_begins(const std::string& version) override;
  void only_hooks_ran(const std::string& version) override;
  void artifact_is_made(const std::string& version, const std::filesystem::path& artifact) override;

  /// A step of the stage that runs, or of a hook that is being made.
  void step(const std::string& what, const std::string& command);
  /// What the stage's hook prints; told where somebody wants it.
  void output(HookOutput::Stream stream, std::string_view text);
  /// Making a hook failed.
  void hook_failed(const StagedHook& hook, const StageEnd& end);
  void warning(const std::string& text);
  void info(const std::string& text);
  /// At a verbosity of 1 and more.
  void debug(const std::string& text);
  void set_verbosity(int verbosity) noexcept { verbosity_ = verbosity; }

  std::vector<Artifact> artifacts;

 private:
  void begin(HookId hook);
  void end(const StageEnd& end);
  void tell_output(HookOutput::Stream stream, std::string text);
  [[nodiscard]] HookId id_of(const StagedHook& hook, Stage stage, const std::string& version) const;

  engine::EventStream events_;
  std::string project_;
  const Redactor& redactor_;
  std::string target_;
  std::filesystem::path shown_directory_;
  HookId running_;
  engine::OutputLines printed_;  ///< to standard output
  engine::OutputLines said_;     ///< to standard error
  bool is_running_ = false;
  Moment began_{};
  int verbosity_ = 0;
};

}  // namespace grapnel::target
