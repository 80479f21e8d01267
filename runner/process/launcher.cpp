// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/launcher.hpp"

namespace grapnel::process {

Launcher::~Launcher() = default;

hooks::base::Expected<pid_t> SystemLauncher::launch(const hooks::base::SpawnRequest& request) {
  return hooks::base::spawn(request);
}

}  // namespace grapnel::process
