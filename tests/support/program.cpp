// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/program.hpp"

#include "hooks_api/base/spawn.hpp"
#include "tests/paths.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace tests {

Program::Program(const std::string& name, std::vector<std::string> arguments) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  const hooks::base::Fd its_input(in[0]);
  input_ = hooks::base::Fd(in[1]);
  output_ = hooks::base::Fd(out[0]);
  const hooks::base::Fd its_output(out[1]);
  hooks::base::SpawnRequest request;
  request.executable = program(name);
  request.arguments = std::move(arguments);
  request.arguments.insert(request.arguments.begin(), name);
  request.stdin_fd = its_input.get();
  request.stdout_fd = its_output.get();
  request.stderr_fd = STDERR_FILENO;
  const auto pid = hooks::base::spawn(request);
  if (!pid) throw std::runtime_error(pid.error().message);
  pid_ = *pid;
}

Program::~Program() {
  if (pid_ < 0) return;
  kill(SIGKILL);
  wait();
}

std::string Program::read_line() {
  std::string line;
  char c = 0;
  while (hooks::base::repeat_on_eintr([&] { return ::read(output_.get(), &c, 1); }) == 1 && c != '\n') line += c;
  return line;
}

int Program::wait() {
  int status = 0;
  const pid_t pid = std::exchange(pid_, -1);
  if (hooks::base::repeat_on_eintr([&] { return ::waitpid(pid, &status, 0); }) != pid) {
    throw std::runtime_error("waitpid");
  }
  return status;
}

std::filesystem::path program(const std::string& name) { return std::filesystem::path(kProgramsDir) / name; }

}  // namespace tests
