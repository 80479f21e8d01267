// SPDX-License-Identifier: BSD-3-Clause
// hold_open FILE: opens it for reading, prints "open", and holds it until the end of its standard input.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 2 || ::open(argv[1], O_RDONLY | O_CLOEXEC) < 0) return 64;
  std::puts("open");
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}
