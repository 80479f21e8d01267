// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/process_group.hpp"

#include "runner/process/carriers.hpp"

#include <csignal>

namespace grapnel::process {

void signal_group(pid_t group, int signal) noexcept {
  // Nobody left is no fault, and neither is a member that changed its user.
  static_cast<void>(::kill(-group, signal));
}

bool has_other_members(pid_t group) {
  bool found = false;
  each_process([&](pid_t pid) {
    ProcessStat stat{};
    found = found || (pid != group && read_stat(pid, stat) && stat.group == group && stat.lives());
  });
  return found;
}

}  // namespace grapnel::process
