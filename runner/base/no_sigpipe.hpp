// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Writing to a pipe that nobody may read any more.
#pragma once

#include <csignal>
#include <ctime>

namespace grapnel {

/// A pipe whose reader was killed must not end this program, and its handlers are not ours: blocks SIGPIPE on this
/// thread while it lives.
class NoSigpipe {
 public:
  NoSigpipe() noexcept {
    ::sigemptyset(&sigpipe_);
    ::sigaddset(&sigpipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;
  ~NoSigpipe() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  /// Takes the signal of a write() that failed.
  void take() const noexcept {
    const timespec now{};
    if (::sigismember(&before_, SIGPIPE) == 0) ::sigtimedwait(&sigpipe_, nullptr, &now);
  }

 private:
  sigset_t sigpipe_{};
  sigset_t before_{};
};

}  // namespace grapnel
