// SPDX-License-Identifier: BSD-3-Clause
// on_term MODE FILE [FINISHED]: prints its number, makes FILE when it is ready, then waits for its end.
//   ignore   SIGTERM does nothing
//   exit     SIGTERM ends it with 0, as a normal end
//   suspend  suspends itself before it waits; SIGTERM ends it with 0
//   group    SIGTERM ends it, but not the child that it has started in its group, which ends 0.1 s later and makes
//   FINISHED stubborn as group, but the child ignores SIGTERM
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

void on_signal(int) { std::_Exit(0); }

void make(const char* file) { ::close(::open(file, O_WRONLY | O_CREAT, 0666)); }

/// For the child of `group`: ends a while after SIGTERM, having finished something.
const char* finished_file = nullptr;
void finish(int) {
  ::usleep(100000);
  make(finished_file);
  ::_exit(0);
}

void wait_for_ever() {
  while (true) ::pause();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const char* mode = argv[1];
  std::printf("%d\n", ::getpid());
  std::fflush(stdout);
  const bool group = std::strcmp(mode, "group") == 0;
  const bool stubborn = std::strcmp(mode, "stubborn") == 0;
  if (group || stubborn) {
    const pid_t child = ::fork();
    if (child == 0) {
      finished_file = argc > 3 ? argv[3] : nullptr;
      std::signal(SIGTERM, group ? finish : SIG_IGN);
      make(argv[2]);
      wait_for_ever();
    }
    wait_for_ever();
  }
  std::signal(SIGTERM, std::strcmp(mode, "ignore") == 0 ? SIG_IGN : on_signal);
  make(argv[2]);
  if (std::strcmp(mode, "suspend") == 0) ::raise(SIGSTOP);
  wait_for_ever();
}
