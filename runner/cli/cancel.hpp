// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT as a stop request: hooks lead process groups of their own, so what a terminal
/// sends reaches them through us.
#pragma once

#include "hooks_api/base/files.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <stop_token>
#include <thread>

namespace grapnel::cli {

/// While it lives, the first of the signals that arrives is a stop request; the second one a request to kill; the third
/// one ends the program. Signals
/// that were ignored when the program started (nohup) stay ignored. Made once, before other threads start, as it blocks
/// the signals in this thread.
class CancelOnSignal {
 public:
  CancelOnSignal();
  ~CancelOnSignal();
  CancelOnSignal(const CancelOnSignal&) = delete;
  CancelOnSignal& operator=(const CancelOnSignal&) = delete;

  [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }
  /// Nobody waits any longer: what was asked to end is killed at once.
  [[nodiscard]] std::stop_token kill_token() const noexcept { return kill_.get_token(); }

  /// When the first signal came; means something where one did.
  [[nodiscard]] std::chrono::system_clock::time_point time() const noexcept { return time_; }
  /// The signal that came first; 0 where none did.
  [[nodiscard]] int signal() const noexcept { return signal_; }

 private:
  void watch();

  sigset_t signals_{};
  sigset_t old_mask_{};
  hooks::base::Fd signal_fd_;
  hooks::base::Fd end_fd_;  ///< tells the thread to end
  std::stop_source stop_;
  std::stop_source kill_;
  std::atomic<std::chrono::system_clock::time_point> time_{};  // set before signal_
  std::atomic<int> signal_ = 0;
  std::thread thread_;
};

/// Ends the program by `signal`, as if it had not been caught: what a caller sees is the truth.
[[noreturn]] void die_by_signal(int signal);

}  // namespace grapnel::cli
