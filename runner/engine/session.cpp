// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/session.hpp"

#include <algorithm>
#include <system_error>

namespace grapnel::engine {

void Session::equip(process::ChildRequest& child) {
  if (!guard) guard.emplace(launcher, run_id, toolchain.own_directory);
  child.guard = &*guard;
  child.token = run_id + "/" + std::to_string(++children);
  child.kill = options.kill;
}

void Session::have_fewer_jobs(const std::string& package, int lack) {
  jobserver.set_jobs(std::max(1U, jobserver.jobs() / 2));
  if (told_shortage) return;
  told_shortage = true;
  events.warning(package, "the system cannot start one more process now (" + std::generic_category().message(lack) +
                              "); it is waited for, and fewer run at once from here on");
}

}  // namespace grapnel::engine
