// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cli/cancel.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace grapnel::cli {

namespace {

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

hooks::base::Fd checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return hooks::base::Fd(fd);
}

}  // namespace

CancelOnSignal::CancelOnSignal() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    if (!is_ignored(signal)) sigaddset(&signals_, signal);
  }
  signal_fd_ = checked(::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  end_fd_ = checked(::eventfd(0, EFD_CLOEXEC), "eventfd");
  pthread_sigmask(SIG_BLOCK, &signals_, &old_mask_);
  thread_ = std::thread([this] { watch(); });
}

CancelOnSignal::~CancelOnSignal() {
  const std::uint64_t one = 1;
  while (::write(end_fd_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

void CancelOnSignal::watch() {
  while (true) {
    std::array<pollfd, 2> fds{{{signal_fd_.get(), POLLIN, 0}, {end_fd_.get(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (fds[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signal_fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    if (signal_ == 0) {
      time_ = std::chrono::system_clock::now();
      signal_ = static_cast<int>(info.ssi_signo);
      stop_.request_stop();
    } else if (!kill_.stop_requested()) {
      kill_.request_stop();
    } else {
      die_by_signal(signal_);  // whatever holds the program up; the guard ends what hooks have left
    }
  }
}

void die_by_signal(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  ::raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  ::_exit(128 + signal);  // where even that is not deadly
}

}  // namespace grapnel::cli
