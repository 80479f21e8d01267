// SPDX-License-Identifier: BSD-3-Clause
// spam BYTES [BYTES]: writes so many bytes of tests::spam_byte() to standard output, then to standard error.
#include "tests/programs/spam.hpp"

#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace {

void write_all(int fd, std::size_t count) {
  std::vector<char> block(1U << 20U);
  std::size_t done = 0;
  while (done < count) {
    std::size_t size = 0;
    while (size < block.size() && done + size < count) {
      block[size] = tests::spam_byte(done + size);
      ++size;
    }
    for (std::size_t sent = 0; sent < size;) {
      const auto written = ::write(fd, &block[sent], size - sent);
      if (written < 0) std::_Exit(1);
      sent += static_cast<std::size_t>(written);
    }
    done += size;
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc && i <= 2; ++i) {
    write_all(i == 1 ? STDOUT_FILENO : STDERR_FILENO, std::strtoull(argv[i], nullptr, 10));
  }
  return 0;
}
