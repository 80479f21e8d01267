// SPDX-License-Identifier: BSD-3-Clause
#include "runner/worker/pipe.hpp"

#include "runner/base/errors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace grapnel::worker {

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    throw SystemError(hooks::base::system_error("cannot make a pipe to a worker", errno).value());
  }
  return {hooks::base::Fd(ends[0]), hooks::base::Fd(ends[1])};
}

std::filesystem::path path_for_others(const hooks::base::Fd& fd) {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd.get());
}

}  // namespace grapnel::worker
