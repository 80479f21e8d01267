// SPDX-License-Identifier: BSD-3-Clause
// holder EXIT_CODE FIFO [TEXT]: leaves a process behind that holds its standard output and error, and ends at once. The
// process left behind opens FIFO for reading, writes TEXT to standard output when somebody has opened it for writing,
// and ends when that is closed.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  ::setvbuf(stdout, nullptr, _IONBF, 0);
  std::printf("before the end\n");
  const pid_t left_behind = ::fork();
  if (left_behind != 0) return std::atoi(argv[1]);
  const int fifo = ::open(argv[2], O_RDONLY);
  if (argc > 3) {
    constexpr std::string_view kText = "said afterwards\n";
    for (int i = 0; i < 20000; ++i) {
      if (::write(STDOUT_FILENO, kText.data(), kText.size()) < 0) ::_exit(1);
    }
    ::close(::open(argv[3], O_WRONLY | O_CREAT, 0666));
  }
  ::close(fifo);
  ::_exit(0);
}
