// SPDX-License-Identifier: BSD-3-Clause
// signal_self SIGNAL [core]: dies of SIGNAL; with "core", as far as the system allows, and only then, with a core.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

int main(int argc, char** argv) {
  const int signal = std::atoi(argv[1]);
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max;
  if (argc > 2) {
    ::setrlimit(RLIMIT_CORE, &limit);
  } else {
    ::prctl(PR_SET_DUMPABLE, 0);
  }
  struct sigaction fall_through {};
  fall_through.sa_handler = SIG_DFL;
  ::sigaction(signal, &fall_through, nullptr);  // a sanitizer may have its own
  ::kill(::getpid(), signal);
  ::pause();
}
