// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/running_tool.hpp"

#include "hooks_api/base/pidfd.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

namespace hooks::base {

namespace {

constexpr std::size_t kBufferBytes = 64U << 10U;

/// Reads once from a pipe that has something to read; false at its end.
bool read_some(int pipe, Tail& tail, std::size_t at_most) {
  std::array<char, kBufferBytes> buffer{};
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
    const auto step = std::min(rest, kBufferBytes);
    if (!read_some(pipe, tail, step)) return;
    rest -= step;
  }
}

}  // namespace

Expected<RunningTool> RunningTool::start(SpawnRequest request) {
  std::string what = "cannot run '" + request.executable.native() + "'";
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error(what + ": no pipe", errno);
  Fd read_end(ends[0]);
  const Fd write_end(ends[1]);

  request.stdout_fd = write_end.get();
  request.stderr_fd = write_end.get();
  request.process_group = ProcessGroup::inherit;
  const auto pid = spawn(request);
  if (!pid) return tl::unexpected<Error>(pid.error());
  Fd process(open_pidfd(*pid));
  const int failure = process ? 0 : errno;
  RunningTool tool(std::move(what), *pid, std::move(process), std::move(read_end));
  // Without a pidfd there is no way to wait for both its end and its output; the destructor ends it.
  if (failure != 0) return system_error(tool.what_ + ": watching it", failure);
  return tool;
}

RunningTool::RunningTool(std::string what, pid_t pid, Fd process, Fd output) noexcept
    : what_(std::move(what)), pid_(pid), process_(std::move(process)), output_(std::move(output)) {}

RunningTool::RunningTool(RunningTool&& other) noexcept
    : what_(std::move(other.what_)),
      pid_(std::exchange(other.pid_, -1)),
      process_(std::move(other.process_)),
      output_(std::move(other.output_)),
      tail_(std::move(other.tail_)) {}

RunningTool::~RunningTool() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  repeat_on_eintr([&] { return ::waitpid(pid_, nullptr, 0); });
}

void RunningTool::read_output() {
  if (!read_some(output_.get(), tail_, kBufferBytes)) output_.reset();  // closed by the tool
}

Expected<ToolResult> RunningTool::finish() {
  siginfo_t end{};
  const pid_t pid = std::exchange(pid_, -1);
  if (repeat_on_eintr([&] { return ::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED); }) != 0) {
    return system_error(what_ + ": waiting for its end", errno);
  }
  read_rest(output_.get(), tail_);

  ToolResult result;
  if (end.si_code == CLD_EXITED) {
    result.exit_code = end.si_status;
  } else {
    result.signal = end.si_status;
  }
  result.output = tail_.take();
  return result;
}

}  // namespace hooks::base
