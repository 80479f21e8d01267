// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/spawn_launcher.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/pidfd.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace grapnel::process {

SpawnLauncher::Started SpawnLauncher::start(const hooks::base::SpawnRequest& request) {
  std::array<hooks::base::Fd, 2> reserved;
  for (auto& fd : reserved) {
    fd = hooks::base::Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (fd) continue;
    error_ = hooks::base::system_error("cannot start '" + request.executable.native() + "'", errno).value();
    return {};
  }
  const auto pid = system_->launch(request);
  if (!pid) {
    error_ = pid.error();
    if (error_.error_number == 0) error_.error_number = EINVAL;  // an error_code of 0 would say success
    return {};
  }
  for (auto& fd : reserved) fd.reset();
  // Nobody else reaps the child, so its number cannot be another's yet.
  const int pidfd = hooks::base::open_pidfd(*pid);
  if (pidfd < 0) {
    error_ = hooks::base::system_error("cannot watch '" + request.executable.native() + "'", errno).value();
    abandon({*pid, -1});
    return {};
  }
  error_ = {};
  return {*pid, pidfd};
}

void SpawnLauncher::abandon(const Started& started) noexcept {
  if (started.pidfd >= 0) ::close(started.pidfd);
  ::kill(-started.pid, SIGKILL);
  hooks::base::repeat_on_eintr([&] { return ::waitpid(started.pid, nullptr, 0); });
}

}  // namespace grapnel::process
