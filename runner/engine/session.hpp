// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What all hook runs of one call share.
#pragma once

#include "runner/base/environment.hpp"
#include "runner/cache/check.hpp"
#include "runner/cache/environment_key.hpp"
#include "runner/cache/log.hpp"
#include "runner/engine/event_stream.hpp"
#include "runner/outcome/classify.hpp"
#include "runner/process/guard.hpp"
#include "runner/process/jobserver.hpp"
#include "runner/process/launcher.hpp"
#include "runner/program/program.hpp"
#include "runner/workspace/workspace.hpp"
#include <grapnel/runner.hpp>

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

namespace grapnel::engine {

/// Lives as long as the call; borrowed by its hook runs. Used on one thread.
struct Session {
  const workspace::Workspace& workspace;
  const RunnerOptions& options;
  program::Toolchain toolchain;
  Redactor redactor;
  process::Launcher& launcher;
  EventStream& events;
  std::stop_token stop;
  cache::StateLog& log;
  cache::Checks& checks;
  const cache::EnvironmentKey& environment_key;
  process::Jobserver& jobserver;
  bool use_cache = true;  ///< also false where the log cannot be used
  std::string run_id;
  /// When the stop was requested.
  std::shared_ptr<const std::atomic<std::chrono::system_clock::time_point>> stopped_at;
  /// Of the files that the workspace was read from, where the log does not know it yet.
  std::optional<cache::Digest> new_workspace{};
  /// Ends what is left when this process dies; made before the first child.
  std::optional<process::Guard> guard{};
  /// Packages whose hook ran in this call.
  std::set<std::string, std::less<>> ran{};
  /// Runs that died while they held a lock, of which nobody is left.
  std::set<std::string, std::less<>> dead_runs{};
  std::size_t children = 0;  ///< that were equipped so far
  std::size_t active = 0;    ///< hooks on their way
  unsigned fewer_jobs = 0;   ///< where the system was short of something; else 0
  std::set<pid_t> told_leftovers{};

  /// What a stop request means.
  [[nodiscard]] outcome::StopReason stop_reason() const;

  /// Gives a child what makes sure that nothing of it outlives a stop, or this process.
  void equip(process::ChildRequest& child);

  /// Throws ProjectError where a package whose hook is forced to run does not exist: it would force nothing, without a
  /// word.
  void check_forced() const;
  [[nodiscard]] bool is_forced(const std::string& package) const;

  /// The environment of compilers as text: another text is another environment.
  [[nodiscard]] std::string environment_identity() const;

  /// How many hooks may run at once now.
  [[nodiscard]] unsigned jobs_now() const { return fewer_jobs != 0 ? fewer_jobs : jobserver.jobs(); }

  /// The system lacks something (an errno) to start one more process: fewer at once from now on. Whether something else
  /// runs, whose end may help.
  bool have_fewer_jobs(const std::string& package, int lack);
  void tell_shortage(const std::string& package, int lack);
};

}  // namespace grapnel::engine
