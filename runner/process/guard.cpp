// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/guard.hpp"

#include "hooks_api/base/pidfd.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/no_sigpipe.hpp"
#include "runner/process/guard_bytes.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

namespace grapnel::process {

namespace base = hooks::base;

namespace {

constexpr const char* kWhat = "cannot start the guard";

/// Where a system keeps memory from being executed, a file that asks for it still may be.
base::Fd memory_file() {
  constexpr const char* kName = "grapnel-guard";
  constexpr unsigned kExecutable = 0x10;  // MFD_EXEC; older headers do not know it, older kernels refuse it
  base::Fd file(::memfd_create(kName, MFD_CLOEXEC | kExecutable));
  if (!file && errno == EINVAL) file = base::Fd(::memfd_create(kName, MFD_CLOEXEC));
  return file;
}

base::SpawnRequest request_for(const std::string& run_id, int input) {
  base::SpawnRequest request;
  request.arguments = {"grapnel-guard", run_id};
  request.working_directory = "/";
  request.stdin_fd = input;
  request.process_group = base::ProcessGroup::session;
  return request;
}

base::Expected<pid_t> start_from_memory(Launcher& launcher, base::SpawnRequest request) {
  const base::Fd file = memory_file();
  if (!file) return base::system_error("cannot make a file in memory", errno);
  if (auto written = base::write_all(file.get(), guard_bytes(), "memory"); !written) {
    return tl::make_unexpected(std::move(written.error()));
  }
  // Of this process, since the child's own descriptors are closed before it executes.
  request.executable = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file.get());
  return launcher.launch(request);
}

base::Expected<pid_t> start_from_file(Launcher& launcher, base::SpawnRequest request,
                                      const std::filesystem::path& path) {
  {
    const auto file = base::open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0700);
    if (!file) return tl::make_unexpected(file.error());
    if (auto written = base::write_all(file->get(), guard_bytes(), path); !written) {
      static_cast<void>(base::remove_path(path));
      return tl::make_unexpected(std::move(written.error()));
    }
  }
  request.executable = path;
  auto pid = launcher.launch(request);
  static_cast<void>(base::remove_path(path));
  return pid;
}

}  // namespace

Guard::Guard(Launcher& launcher, std::string run_id, std::filesystem::path directory, When when)
    : launcher_(launcher), run_id_(std::move(run_id)), directory_(std::move(directory)) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw SystemError(base::system_error(kWhat, errno).value());
  input_ = base::Fd(ends[0]);
  pipe_ = base::Fd(ends[1]);
  // Only this end: a guard that somebody has stopped must not hold up the runner.
  if (::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK) != 0) throw SystemError(base::system_error(kWhat, errno).value());
  if (when == When::now) start();
}

void Guard::start() {
  if (!input_) return;
  const auto request = request_for(run_id_, input_.get());
  auto pid = start_from_memory(launcher_, request);
  if (!pid && !directory_.empty()) pid = start_from_file(launcher_, request, directory_ / ("guard-" + run_id_));
  if (!pid) throw SystemError(std::string(kWhat) + ": " + pid.error().message, pid.error().error_number);
  pid_ = *pid;
  pidfd_ = base::Fd(base::open_pidfd(pid_));
  if (!pidfd_) {
    const int failure = errno;
    ::kill(pid_, SIGKILL);
    end();
    throw SystemError(base::system_error(kWhat, failure).value());
  }
  input_.reset();
}

Guard::~Guard() { end(); }

void Guard::add(pid_t group) noexcept { tell(group); }

void Guard::remove(pid_t group) noexcept { tell(-group); }

void Guard::tell(pid_t message) noexcept {
  if (!pipe_) return;
  const NoSigpipe blocked;
  const auto written = base::repeat_on_eintr([&] { return ::write(pipe_.get(), &message, sizeof message); });
  if (written == static_cast<ssize_t>(sizeof message)) return;
  if (errno == EPIPE) blocked.take();
  // It is dead, or was stopped for so long that the pipe is full. One that does not know which groups are gone would
  // be a danger.
  end();
}

void Guard::end() noexcept {
  if (pid_ < 0) {
    pipe_.reset();
    return;
  }
  if (pidfd_) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  base::repeat_on_eintr([&] { return ::waitpid(pid_, nullptr, 0); });
  pid_ = -1;
  pidfd_.reset();
  pipe_.reset();
}

}  // namespace grapnel::process
