// SPDX-License-Identifier: BSD-3-Clause
// The guard's program: `guard RUN`. Standard input is a pipe of which the runner holds the other end. It tells of
// process groups, each a number of four bytes in the machine's order: above 0 to be ended with the runner, below 0 no
// longer. At the end of the pipe the runner is dead: the groups are killed, then whoever has GRAPNEL_HOOK_RUN=RUN/… in
// its environment. See guard.hpp. Needs libc alone.
#include "runner/process/carriers.hpp"

#include <poll.h>
#include <sys/prctl.h>

#include <ctime>

namespace {

constexpr size_t kMaxGroups = 65536;
pid_t groups[kMaxGroups];
size_t group_count = 0;

void take(pid_t message) {
  if (message > 0 && group_count < kMaxGroups) groups[group_count++] = message;
  if (message >= 0) return;
  for (size_t i = 0; i < group_count; ++i) {
    if (groups[i] == -message) {
      groups[i] = groups[--group_count];
      return;
    }
  }
}

void sleep_ms(long milliseconds) {
  const timespec pause{milliseconds / 1000, milliseconds % 1000 * 1000000};
  ::nanosleep(&pause, nullptr);
}

/// Returns at the end of the pipe.
void listen() {
  char bytes[4096];
  size_t held = 0;  // a part of a message
  while (true) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    ::poll(&input, 1, -1);
    const ssize_t count = ::read(STDIN_FILENO, bytes + held, sizeof bytes - held);
    if (count == 0) return;
    if (count < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      ::_exit(1);  // it cannot know whether the runner lives, so it harms nobody
    }
    held += static_cast<size_t>(count);
    size_t used = 0;
    for (; held - used >= sizeof(pid_t); used += sizeof(pid_t)) {
      pid_t message = 0;
      ::memcpy(&message, bytes + used, sizeof message);
      take(message);
    }
    held -= used;
    ::memmove(bytes, bytes + used, held);
    // Woken for each message, it would take time from the hooks. The pipe holds what comes in that time; only its end
    // is told at once.
    if (static_cast<size_t>(count) < sizeof bytes - held) {
      input.events = 0;
      ::poll(&input, 1, 200);
    }
  }
}

/// Until nobody was found for an eighth of a second: a process that the runner was starting when it died is not to be
/// recognised before its exec.
void kill_carriers_of(const grapnel::process::Mark& mark) {
  constexpr long kLongestPause = 64;
  int found = 0;
  for (long pause = 1; pause <= kLongestPause; pause *= 2) {
    if (!grapnel::process::kill_who_carries(mark, [](int pidfd) { ::close(pidfd); })) {
      if (++found == 10000) return;  // whom SIGKILL does not end
      pause = found < 100 ? 1 : kLongestPause / 2;
    }
    sleep_ms(pause);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  for (int signal = 1; signal < 65; ++signal) ::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "grapnel-guard");
  ::syscall(SYS_close_range, STDIN_FILENO + 1, ~0U, 0);
  char text[256];
  const int size = ::snprintf(text, sizeof text, "GRAPNEL_HOOK_RUN=%s/", argv[1]);
  if (size < 0 || static_cast<size_t>(size) >= sizeof text) return 64;
  listen();
  for (size_t i = 0; i < group_count; ++i) ::kill(-groups[i], SIGKILL);
  kill_carriers_of({text, static_cast<size_t>(size), false});
  return 0;
}
