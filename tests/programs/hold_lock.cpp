// SPDX-License-Identifier: BSD-3-Clause
// hold_lock grapnel|dart FILE: takes a lock, prints "held" or "busy", and holds it until the end of its standard input.
//   grapnel  as the runner does
//   dart     as Dart's runner does: truncates, takes a POSIX record lock, writes its owner's text
#include "runner/base/lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

namespace {

bool lock_as_dart(const char* file) {
  const int fd = ::open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_SETLK, &lock) != 0) return false;
  constexpr std::string_view kText = "Last acquired by dart (pid 1) running a script on a day.";
  return ::write(fd, kText.data(), kText.size()) > 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  std::optional<grapnel::FileLock> lock;
  bool held = false;
  if (std::strcmp(argv[1], "dart") == 0) {
    held = lock_as_dart(argv[2]);
  } else {
    lock = grapnel::FileLock::try_acquire(argv[2], "a test");
    held = lock.has_value();
  }
  std::puts(held ? "held" : "busy");
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return held ? 0 : 1;
}
