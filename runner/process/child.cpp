// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/child.hpp"

#include "hooks_api/base/pidfd.hpp"
#include "runner/base/errors.hpp"
#include "runner/process/process_group.hpp"
#include "runner/process/watch.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/wait.h>

#include <cerrno>
#include <utility>

namespace grapnel::process {

namespace asio = boost::asio;

namespace {

[[noreturn]] void throw_wait_error(int error_number) {
  std::string what = "cannot learn how a child process ended";
  if (error_number == ECHILD) {
    what += "; another part of this program has taken its end: SIGCHLD is ignored, or somebody waits for any child";
  }
  throw SystemError(hooks::base::system_error(what, error_number).value());
}

}  // namespace

Child::Child(Process process, std::chrono::milliseconds grace_period)
    : process_(std::move(process)),
      pidfd_(process_.get_executor()),
      grace_(process_.get_executor()),
      grace_period_(grace_period) {
  watch(pidfd_, hooks::base::Fd(hooks::base::open_pidfd(process_.id())), "cannot watch a child process");
}

Child::~Child() { end_now(); }

asio::awaitable<siginfo_t> Child::wait() {
  siginfo_t end{};
  while (true) {
    co_await pidfd_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
    // Woken without need, now and then: then there is nothing, and the wait begins again. While stopping, the process
    // stays a zombie for a moment: as long as it does, the number of its group cannot become another's.
    const int options = WEXITED | WNOHANG | (stopping_ ? WNOWAIT : 0);
    if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.native_handle()), &end, options) != 0) {
      const int error_number = errno;
      set_reaped();
      throw_wait_error(error_number);
    }
    if (end.si_pid != 0) break;
  }
  if (stopping_) {
    constexpr auto kPause = std::chrono::milliseconds(10);
    asio::steady_timer pause(process_.get_executor());
    while (!grace_over_ && has_other_members(process_.id())) {
      pause.expires_after(kPause);
      co_await pause.async_wait(asio::use_awaitable);
    }
    ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.native_handle()), &end, WEXITED);
  }
  set_reaped();
  co_return end;
}

void Child::stop() {
  if (reaped_ || stopping_) return;
  stopping_ = true;
  signal_group(process_.id(), SIGTERM);
  signal_group(process_.id(), SIGCONT);  // who is suspended could not heed it
  grace_.expires_after(grace_period_);
  grace_.async_wait([self = shared_from_this()](const boost::system::error_code& failure) {
    if (failure || self->reaped_) return;
    self->grace_over_ = true;
    signal_group(self->process_.id(), SIGKILL);
  });
}

void Child::end_now() noexcept {
  if (reaped_) return;
  signal_group(process_.id(), SIGKILL);
  boost::system::error_code ignored;
  process_.wait(ignored);
  set_reaped();
}

void Child::set_reaped() {
  reaped_ = true;
  process_.detach();  // or its destructor would kill whoever has the number then
  grace_.cancel();
}

}  // namespace grapnel::process
