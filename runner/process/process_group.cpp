// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/process_group.hpp"

#include "hooks_api/base/files.hpp"

#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

namespace grapnel::process {

void signal_group(pid_t group, int signal) noexcept {
  // Nobody left is no fault, and neither is a member that changed its user.
  static_cast<void>(::kill(-group, signal));
}

bool has_other_members(pid_t group) {
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", unreadable)) {
    const std::string name = entry.path().filename().native();
    if (name.find_first_not_of("0123456789") != std::string::npos || name == std::to_string(group)) continue;
    constexpr std::size_t kLimit = 4096;
    const auto stat = hooks::base::read_file(entry.path() / "stat", kLimit);
    if (!stat) continue;  // ended meanwhile
    // pid (name) state parent group …, where the name may hold anything
    std::istringstream fields(stat->substr(std::min(stat->rfind(')') + 1, stat->size())));
    char state = 0;
    pid_t parent = 0;
    pid_t its_group = 0;
    if (fields >> state >> parent >> its_group && its_group == group && state != 'Z' && state != 'X') return true;
  }
  return false;
}

}  // namespace grapnel::process
