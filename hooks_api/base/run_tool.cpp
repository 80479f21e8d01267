// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/files.hpp"
#include "hooks_api/base/pidfd.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/base/tail.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace hooks::base {

namespace {

/// Reads once from a pipe that has something to read; false at its end.
bool read_some(int pipe, Tail& tail, std::size_t at_most) {
  std::array<char, 64U << 10U> buffer{};
  const auto size = std::min(at_most, buffer.size());
  const ssize_t count = repeat_on_eintr([&] { return ::read(pipe, buffer.data(), size); });
  if (count <= 0) return false;
  tail.append({buffer.data(), static_cast<std::size_t>(count)});
  return true;
}

/// Reads what is in the pipe now, and no more: whoever outlives the tool may write for ever.
void read_rest(int pipe, Tail& tail) {
  int available = 0;
  if (::ioctl(pipe, FIONREAD, &available) != 0) return;
  auto rest = static_cast<std::size_t>(available);
  while (rest > 0) {
    const auto step = std::min<std::size_t>(rest, 64U << 10U);
    if (!read_some(pipe, tail, step)) return;
    rest -= step;
  }
}

/// Collects output until the process has ended. Without a pidfd there is no way to wait for both.
int collect(int pipe, int process, Tail& tail) {
  std::array<pollfd, 2> watched{{{process, POLLIN, 0}, {pipe, POLLIN, 0}}};
  while (true) {
    if (repeat_on_eintr([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) return errno;
    if (watched[0].revents != 0) break;
    if (watched[1].revents != 0 && !read_some(pipe, tail, 64U << 10U)) watched[1].fd = -1;  // closed by the tool
  }
  read_rest(pipe, tail);
  return 0;
}

}  // namespace

Expected<ToolResult> run_tool(SpawnRequest request) {
  const std::string what = "cannot run '" + request.executable.native() + "'";
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error(what + ": no pipe", errno);
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);

  request.stdout_fd = write_end.get();
  request.stderr_fd = write_end.get();
  request.process_group = ProcessGroup::inherit;
  const auto pid = spawn(request);
  if (!pid) return tl::unexpected<Error>(pid.error());
  write_end.reset();

  Tail tail(kToolOutputLimit);
  const Fd process(open_pidfd(*pid));
  const int failure = process ? collect(read_end.get(), process.get(), tail) : errno;
  if (failure != 0) ::kill(*pid, SIGKILL);
  siginfo_t end{};
  if (repeat_on_eintr([&] { return ::waitid(P_PID, static_cast<id_t>(*pid), &end, WEXITED); }) != 0) {
    return system_error(what + ": waiting for its end", errno);
  }
  if (failure != 0) return system_error(what + ": watching it", failure);

  ToolResult result;
  if (end.si_code == CLD_EXITED) {
    result.exit_code = end.si_status;
  } else {
    result.signal = end.si_status;
  }
  result.output = tail.take();
  return result;
}

}  // namespace hooks::base
