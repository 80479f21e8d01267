// SPDX-License-Identifier: BSD-3-Clause
// reopen_stderr: writes to standard error, then through /dev/stderr opened anew with truncation, then to the first
// again.
#include <fcntl.h>
#include <unistd.h>

#include <string_view>

namespace {

int say(int fd, std::string_view text) { return ::write(fd, text.data(), text.size()) < 0 ? 1 : 0; }

}  // namespace

int main() {
  int failed = say(STDERR_FILENO, "one\n");
  const int again = ::open("/dev/stderr", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  failed += say(again, "two\n");
  failed += say(STDERR_FILENO, "three\n");
  failed += say(again, "four\n");
  return failed;
}
