// SPDX-License-Identifier: BSD-3-Clause
#include "runner/daemon/hookd_process.hpp"

#include "hooks_api/base/pidfd.hpp"
#include "hooks_api/base/spawn.hpp"
#include "hooks_api/base/tool_text.hpp"
#include "runner/base/environment.hpp"
#include "runner/base/no_sigpipe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace grapnel::hookd {

namespace base = hooks::base;

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kPieceBytes = 64U << 10U;

struct Pipe {
  base::Fd read_end;
  base::Fd write_end;
};

[[noreturn]] void fail(const std::string& what, int error_number) {
  throw HookdError(what + ": " + std::strerror(error_number));
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot start a hookd: no pipe", errno);
  return {base::Fd(ends[0]), base::Fd(ends[1])};
}

// Only of our end: the other belongs to another open file.
void never_block(const base::Fd& fd) {
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) fail("cannot start a hookd", errno);
}

Environment environment_of(const HookdOptions& options) {
  if (!options.environment.empty()) return options.environment;
  Environment environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) environment.emplace_back(*entry);
  return environment;
}

std::filesystem::path program_of(const HookdOptions& options, const Environment& environment) {
  if (options.command.empty()) throw HookdError("cannot start a hookd: its command is empty");
  const std::string& name = options.command.front();
  std::filesystem::path program = name;
  if (name.find('/') == std::string::npos) {
    program = base::find_executable(name, value_of(environment, "PATH"));
    if (program.empty()) throw HookdError("cannot start the hookd '" + name + "': no directory of PATH has it");
  }
  // The child changes its directory before it looks for a relative one.
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(program, error);
  return error ? program : absolute;
}

// For poll(): rounded up, so that a deadline has passed when it is back.
int milliseconds_to(const Deadline& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, 1'000'000));
}

}  // namespace

Deadline after(milliseconds time) { return steady_clock::now() + time; }

HookdProcess::HookdProcess(const HookdOptions& options) {
  const Environment environment = environment_of(options);
  const std::filesystem::path program = program_of(options, environment);
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  Pipe error = make_pipe();
  never_block(input.write_end);
  never_block(output.read_end);
  never_block(error.read_end);
  const auto pid = base::spawn({.executable = program,
                                .arguments = options.command,
                                .environment = environment,
                                .working_directory = options.source_tree,
                                .stdin_fd = input.read_end.get(),
                                .stdout_fd = output.write_end.get(),
                                .stderr_fd = error.write_end.get()});
  if (!pid) throw HookdError(pid.error().message);
  pid_ = *pid;
  process_ = base::Fd(base::open_pidfd(pid_));
  if (!process_) {
    const int failure = errno;
    kill();
    fail("cannot watch the hookd '" + program.native() + "'", failure);
  }
  input_ = std::move(input.write_end);
  output_ = std::move(output.read_end);
  error_ = std::move(error.read_end);
}

HookdProcess::~HookdProcess() { kill(); }

HookdProcess::Heard HookdProcess::next_line(const Deadline& deadline, int stop_fd) {
  while (true) {
    if (auto line = lines_.next()) {
      line_ = *std::move(line);
      return Heard::line;
    }
    if (!output_) return Heard::end;
    const Heard heard = wait(deadline, stop_fd);
    if (heard == Heard::timeout || heard == Heard::stop) return heard;
  }
}

bool HookdProcess::wait_for_end(const Deadline& deadline) {
  while (true) {
    if (to_write_.empty()) input_.reset();
    while (lines_.next()) {
    }
    const Heard heard = wait(deadline, -1);
    if (heard == Heard::end) return true;
    if (heard == Heard::timeout) return false;
  }
}

// One round: what can be read is read, what can be written is written. end: the process has ended.
HookdProcess::Heard HookdProcess::wait(const Deadline& deadline, int stop_fd) {
  // poll() passes over what is negative.
  std::array<pollfd, 5> watched{{{process_.get(), POLLIN, 0},
                                 {output_.get(), POLLIN, 0},
                                 {error_.get(), POLLIN, 0},
                                 {to_write_.empty() ? -1 : input_.get(), POLLOUT, 0},
                                 {stop_fd, POLLIN, 0}}};
  const int count =
      base::repeat_on_eintr([&] { return ::poll(watched.data(), watched.size(), milliseconds_to(deadline)); });
  if (count < 0) fail("cannot wait for the hookd", errno);
  if (watched[4].revents != 0) return Heard::stop;
  if (count == 0 || (deadline && steady_clock::now() >= *deadline)) return Heard::timeout;
  if (watched[3].revents != 0) write_input();
  if (watched[1].revents != 0) read_output();
  if (watched[2].revents != 0) read_error();
  if (watched[0].revents == 0) return Heard::line;
  // Its children may hold its pipes for ever, so its end is the end of what it says. A read takes all that a pipe
  // holds.
  if (output_) read_output();
  output_.reset();
  return Heard::end;
}

void HookdProcess::read_output() {
  std::array<char, kPieceBytes> piece{};
  const ssize_t count = base::repeat_on_eintr([&] { return ::read(output_.get(), piece.data(), piece.size()); });
  if (count > 0) lines_.feed({piece.data(), static_cast<std::size_t>(count)});
  if (count == 0 || (count < 0 && errno != EAGAIN)) output_.reset();
}

void HookdProcess::read_error() {
  std::array<char, kPieceBytes> piece{};
  const ssize_t count = base::repeat_on_eintr([&] { return ::read(error_.get(), piece.data(), piece.size()); });
  if (count > 0) stderr_tail_.append({piece.data(), static_cast<std::size_t>(count)});
  if (count == 0 || (count < 0 && errno != EAGAIN)) error_.reset();
}

void HookdProcess::write_input() {
  const NoSigpipe no_sigpipe;
  const std::string_view rest = std::string_view(to_write_).substr(written_);
  const ssize_t count = base::repeat_on_eintr([&] { return ::write(input_.get(), rest.data(), rest.size()); });
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) {
    // It reads no more. What it says about that, and its end, tell why.
    if (errno == EPIPE) no_sigpipe.take();
    input_.reset();
  } else {
    written_ += static_cast<std::size_t>(count);
    if (written_ < to_write_.size()) return;
  }
  to_write_.clear();
  written_ = 0;
}

void HookdProcess::kill() {
  if (pid_ < 0) return;
  pollfd process{process_.get(), POLLIN, 0};
  const bool by_itself =
      process_ && base::repeat_on_eintr([&] { return ::poll(&process, 1, 0); }) == 1 && process.revents != 0;
  // Not reaped yet, so the group's number is nobody else's.
  ::kill(-pid_, SIGKILL);
  siginfo_t info{};
  const bool is_known =
      base::repeat_on_eintr([&] { return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED); }) == 0;
  pid_ = -1;
  if (error_) read_error();
  input_.reset();
  output_.reset();
  error_.reset();
  if (!by_itself) {
    end_ = "did not end and was killed";
  } else if (!is_known) {
    end_ = "ended";  // somebody else reaped it
  } else if (info.si_code == CLD_EXITED) {
    end_ = "ended with exit code " + std::to_string(info.si_status);
    ended_well_ = info.si_status == 0;
  } else {
    end_ = "was killed by " + base::signal_name(info.si_status);
  }
}

}  // namespace grapnel::hookd
