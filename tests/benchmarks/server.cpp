// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/server.hpp"

#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"
#include "tests/benchmarks/hooks_in_a_row.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace bench {

namespace {

using hooks::base::Fd;

std::pair<Fd, Fd> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

/// Memory in small pages, all of them there: what makes a fork expensive.
void hold(std::size_t bytes) {
  if (bytes == 0) return;
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  ::madvise(memory, bytes, MADV_NOHUGEPAGE);
  std::memset(memory, 1, bytes);
}

}  // namespace

Server::Server(const std::filesystem::path& workspace, std::size_t mebibytes) {
  auto [its_requests, requests] = make_pipe();
  auto [answers, its_answers] = make_pipe();
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  hooks::base::SpawnRequest request;
  request.executable = self;
  request.arguments = {self.native(), "--serve", workspace.native(), std::to_string(mebibytes)};
  request.environment = hook_environment();
  request.stdin_fd = its_requests.get();
  request.stdout_fd = its_answers.get();
  request.stderr_fd = STDERR_FILENO;
  request.process_group = hooks::base::ProcessGroup::inherit;
  pid_ = grapnel::value_or_throw(hooks::base::spawn(request));
  requests_ = std::move(requests);
  answers_ = std::move(answers);
}

Server::~Server() {
  requests_.reset();
  ::waitpid(pid_, nullptr, 0);
}

Milliseconds Server::run() const {
  double milliseconds = 0;
  if (::write(requests_.get(), "r", 1) != 1 ||
      ::read(answers_.get(), &milliseconds, sizeof milliseconds) != sizeof milliseconds) {
    throw std::runtime_error("the measuring process has ended");
  }
  return Milliseconds(milliseconds);
}

void serve(const std::filesystem::path& workspace, std::size_t mebibytes) {
  hold(mebibytes << 20U);
  char request = 0;
  while (::read(STDIN_FILENO, &request, 1) == 1) {
    const double milliseconds = run_with_library(workspace).count();
    if (::write(STDOUT_FILENO, &milliseconds, sizeof milliseconds) != sizeof milliseconds) return;
  }
}

}  // namespace bench
