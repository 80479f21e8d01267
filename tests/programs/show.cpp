// SPDX-License-Identifier: BSD-3-Clause
// show [ARGUMENT...]: prints how it was started, one fact a line.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

int main(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) std::printf("argv[%d]=%s\n", i, argv[i]);
  for (char** variable = environ; *variable != nullptr; ++variable) std::printf("env:%s\n", *variable);
  char path[4096] = "";
  std::printf("cwd=%s\n", ::getcwd(path, sizeof path));
  for (int fd = 0; fd < 1024; ++fd) {
    if (::fcntl(fd, F_GETFD) == -1) continue;
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const auto size = ::readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = '\0';
    std::printf("fd %d=%s%s\n", fd, path, (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0 ? " nonblocking" : "");
  }
  std::printf("leads its group=%d\n", ::getpgrp() == ::getpid() ? 1 : 0);
  sigset_t mask;
  ::sigprocmask(SIG_BLOCK, nullptr, &mask);
  for (const int signal : {SIGINT, SIGPIPE, SIGTERM, SIGUSR1, SIGCHLD}) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    std::printf("signal %d=%s%s\n", signal, action.sa_handler == SIG_DFL ? "default" : "not default",
                ::sigismember(&mask, signal) == 1 ? " blocked" : "");
  }
  return 0;
}
