// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A running child: waited for, stopped, never left behind. Heavy: for few sources.
#pragma once

#include "runner/process/boost_process.hpp"
#include "runner/process/guard.hpp"
#include "runner/process/leftovers.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::process {

/// How a child is ended. See ChildRequest.
struct EndRules {
  std::chrono::milliseconds grace_period{};
  std::stop_token kill{};
  std::string token{};
  Guard* guard = nullptr;
};

/// A child from its start until it is reaped. Shared by the coroutine that supervises it and the handlers that stop
/// it, which may come late. On the executor's thread only.
class Child : public std::enable_shared_from_this<Child> {
 public:
  using Process = boost::process::v2::basic_process<boost::asio::any_io_executor>;

  Child(Process process, EndRules rules);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Waits for the end of the process and reaps it; while stopping, before that also for the end of its group and of
  /// all who carry its token. Throws SystemError where somebody else has reaped it.
  [[nodiscard]] boost::asio::awaitable<siginfo_t> wait();

  /// SIGTERM to the group, and SIGKILL when the grace period is over. Once.
  void stop();

  [[nodiscard]] pid_t id() const { return process_.id(); }
  /// After wait(): whether somebody of the group lives on.
  [[nodiscard]] bool group_lives() const noexcept { return group_lives_; }
  /// After wait() of one that was stopped: whom SIGKILL did not end.
  [[nodiscard]] std::vector<Leftover> take_leftovers() noexcept { return std::move(leftovers_); }

  /// Kills the group and who carries the token at once and reaps the process, where that has not happened yet.
  void end_now() noexcept;

 private:
  boost::asio::awaitable<void> end_the_others();
  void watch_grace();
  void set_reaped();

  Process process_;
  /// Of our own: the wait of v2's process blocks the loop where it is woken without need.
  boost::asio::posix::stream_descriptor pidfd_;
  boost::asio::steady_timer grace_;
  EndRules rules_;
  std::chrono::steady_clock::time_point grace_end_{};
  std::chrono::steady_clock::time_point killed_{};  ///< once grace_over_
  bool stopping_ = false;
  bool grace_over_ = false;
  bool reaped_ = false;
  bool group_lives_ = false;
  std::vector<Leftover> leftovers_;
};

}  // namespace grapnel::process
