// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A running child: waited for, stopped, never left behind. Heavy: for few sources.
#pragma once

#include "runner/process/boost_process.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <memory>

namespace grapnel::process {

/// A child from its start until it is reaped. Shared by the coroutine that supervises it and the handlers that stop
/// it, which may come late. On the executor's thread only.
class Child : public std::enable_shared_from_this<Child> {
 public:
  using Process = boost::process::v2::basic_process<boost::asio::any_io_executor>;

  Child(Process process, std::chrono::milliseconds grace_period);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Waits for the end of the process and reaps it; while stopping, also for the rest of its group, at most until the
  /// end of the grace period. Throws SystemError where somebody else has reaped it.
  [[nodiscard]] boost::asio::awaitable<siginfo_t> wait();

  /// SIGTERM to the group, and SIGKILL when the grace period is over. Once.
  void stop();
  [[nodiscard]] bool is_stopping() const noexcept { return stopping_; }

  /// Kills the group at once and reaps the process, where that has not happened yet.
  void end_now() noexcept;

 private:
  void set_reaped();

  Process process_;
  /// Of our own: the wait of v2's process blocks the loop where it is woken without need.
  boost::asio::posix::stream_descriptor pidfd_;
  boost::asio::steady_timer grace_;
  std::chrono::milliseconds grace_period_;
  bool stopping_ = false;
  bool grace_over_ = false;
  bool reaped_ = false;
};

}  // namespace grapnel::process
