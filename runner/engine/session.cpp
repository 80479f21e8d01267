// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/session.hpp"

#include "runner/base/errors.hpp"

#include <algorithm>
#include <system_error>

namespace grapnel::engine {

outcome::StopReason Session::stop_reason() const {
  const bool is_over = options.deadline && stopped_at->load() >= *options.deadline;
  return is_over ? outcome::StopReason::deadline : outcome::StopReason::canceled;
}

void Session::equip(process::ChildRequest& child) {
  if (!guard) guard.emplace(launcher, run_id, toolchain.own_directory);
  child.guard = &*guard;
  child.token = run_id + "/" + std::to_string(++children);
  child.kill = options.kill;
}

void Session::check_forced() const {
  for (const std::string& name : options.force) {
    if (workspace.find(name) == nullptr) {
      throw ProjectError("there is no package '" + name + "' in '" + workspace.file.string() +
                         "' whose hook could be forced to run.");
    }
  }
}

bool Session::is_forced(const std::string& package) const {
  return options.force_all || std::find(options.force.begin(), options.force.end(), package) != options.force.end();
}

std::string Session::environment_identity() const {
  return "environment " + cache::to_hex(environment_key.digest(cache::EnvironmentRule::all, {}));
}

bool Session::have_fewer_jobs(const std::string& package, int lack) {
  const bool is_first = fewer_jobs == 0;
  fewer_jobs = std::max(1U, jobs_now() / 2);
  jobserver.set_jobs(fewer_jobs);
  if (is_first) tell_shortage(package, lack);
  return active > 1;
}

void Session::tell_shortage(const std::string& package, int lack) {
  events.warning(package, "the system cannot start one more process now (" + std::generic_category().message(lack) +
                              "); it is waited for, and fewer run at once from here on");
}

}  // namespace grapnel::engine
