// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/stop_relay.hpp"

#include "runner/process/watch.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace grapnel::process {

StopRelay::StopRelay(const boost::asio::any_io_executor& executor, const std::stop_token& stop,
                     std::function<void()> on_stop)
    : event_(executor) {
  if (!stop.stop_possible()) return;
  watch(event_, hooks::base::Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), "cannot watch for a stop request");
  event_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                    [on_stop = std::move(on_stop)](const boost::system::error_code& failure) {
                      if (!failure) on_stop();
                    });
  callback_.emplace(stop, Notify{event_.native_handle()});
}

void StopRelay::Notify::operator()() const noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(::write(event, &one, sizeof one) == sizeof one);  // the counter cannot be full
}

}  // namespace grapnel::process
