// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/child.hpp"

#include "hooks_api/base/pidfd.hpp"
#include "runner/base/errors.hpp"
#include "runner/process/end_carriers.hpp"
#include "runner/process/process_group.hpp"
#include "runner/process/watch.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <exception>
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

int wait_for(int pidfd, siginfo_t& end, int options) {
  return hooks::base::repeat_on_eintr([&] { return ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &end, options); });
}

}  // namespace

Child::Child(Process process, EndRules rules)
    : process_(std::move(process)),
      pidfd_(process_.get_executor()),
      grace_(process_.get_executor()),
      rules_(std::move(rules)) {
  watch(pidfd_, hooks::base::Fd(hooks::base::open_pidfd(process_.id())), "cannot watch a child process");
  if (rules_.guard != nullptr) rules_.guard->add(process_.id());
}

Child::~Child() { end_now(); }

asio::awaitable<siginfo_t> Child::wait() {
  siginfo_t end{};
  while (true) {
    co_await pidfd_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
    // Woken without need, now and then: then there is nothing, and the wait begins again. The process stays a zombie
    // for a moment: as long as it does, the number of its group cannot become another's.
    if (wait_for(pidfd_.native_handle(), end, WEXITED | WNOHANG | WNOWAIT) != 0) {
      const int error_number = errno;
      set_reaped();
      throw_wait_error(error_number);
    }
    if (end.si_pid != 0) break;
  }
  if (stopping_) co_await end_the_others();
  const pid_t group = process_.id();
  set_reaped();
  if (wait_for(pidfd_.native_handle(), end, WEXITED) != 0) throw_wait_error(errno);
  // No other group can have the number so soon: the kernel gives numbers out in a circle.
  group_lives_ = ::kill(-group, 0) == 0 || errno == EPERM;
  co_return end;
}

asio::awaitable<void> Child::end_the_others() {
  using Clock = std::chrono::steady_clock;
  constexpr auto kPatience = std::chrono::seconds(10);
  asio::steady_timer timer(process_.get_executor());
  auto pause = std::chrono::milliseconds(1);
  const auto next_pause = [&pause] { pause = std::min(2 * pause, std::chrono::milliseconds(16)); };

  while (has_other_members(process_.id())) {
    if (grace_over_ && Clock::now() - killed_ > kPatience) break;
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
    next_pause();
  }
  // A member that was forked while the others were looked at is still there.
  signal_group(process_.id(), SIGKILL);
  if (!rules_.token.empty()) co_await end_carriers(rules_.token);
  leftovers_ = processes_of(process_.id(), rules_.token);
}

void Child::stop() {
  if (reaped_ || stopping_) return;
  stopping_ = true;
  signal_group(process_.id(), SIGTERM);
  signal_group(process_.id(), SIGCONT);  // who is suspended could not heed it
  grace_end_ = std::chrono::steady_clock::now() + rules_.grace_period;
  watch_grace();
}

void Child::watch_grace() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= grace_end_ || rules_.kill.stop_requested()) {
    grace_over_ = true;
    killed_ = now;
    signal_group(process_.id(), SIGKILL);
    return;
  }
  // Asked now and then, which needs no descriptor: a stop may come because there are none.
  constexpr std::chrono::steady_clock::duration kStep = std::chrono::milliseconds(10);
  grace_.expires_after(rules_.kill.stop_possible() ? std::min(kStep, grace_end_ - now) : grace_end_ - now);
  grace_.async_wait([self = shared_from_this()](const boost::system::error_code& failure) {
    if (!failure && !self->reaped_) self->watch_grace();
  });
}

void Child::end_now() noexcept {
  if (reaped_) return;
  signal_group(process_.id(), SIGKILL);
  try {
    std::vector<hooks::base::Fd> dying;
    if (!rules_.token.empty()) static_cast<void>(kill_carriers(rules_.token, dying));
  } catch (const std::exception&) {
    // No memory for its name: the group is killed, and the guard knows the rest.
  }
  const pid_t pid = process_.id();
  set_reaped();
  hooks::base::repeat_on_eintr([&] { return ::waitpid(pid, nullptr, 0); });
}

void Child::set_reaped() {
  reaped_ = true;
  if (rules_.guard != nullptr) rules_.guard->remove(process_.id());
  process_.detach();  // or its destructor would kill whoever has the number then
  grace_.cancel();
}

}  // namespace grapnel::process
