// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/stop_relay.hpp"

#include "runner/process/watch.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace grapnel::process {

struct StopRelay::Wait : std::enable_shared_from_this<Wait> {
  Wait(const boost::asio::any_io_executor& executor, std::stop_token its_stop, std::function<void()> its_on_stop)
      : event(executor), stop(std::move(its_stop)), on_stop(std::move(its_on_stop)) {}

  void begin() {
    event.async_wait(boost::asio::posix::descriptor_base::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& failure) {
                       if (failure || !self->event.is_open()) return;
                       // Asio wakes without need, now and then: an event of a descriptor that had this one's place.
                       if (!self->stop.stop_requested()) return self->begin();
                       self->on_stop();
                     });
  }

  boost::asio::posix::stream_descriptor event;
  std::stop_token stop;
  std::function<void()> on_stop;
};

StopRelay::StopRelay(const boost::asio::any_io_executor& executor, const std::stop_token& stop,
                     std::function<void()> on_stop) {
  if (!stop.stop_possible()) return;
  wait_ = std::make_shared<Wait>(executor, stop, std::move(on_stop));
  watch(wait_->event, hooks::base::Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), "cannot watch for a stop request");
  wait_->begin();
  callback_.emplace(stop, Notify{wait_->event.native_handle()});
}

StopRelay::~StopRelay() {
  callback_.reset();
  if (!wait_) return;
  boost::system::error_code ignored;
  wait_->event.close(ignored);
}

void StopRelay::Notify::operator()() const noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(::write(event, &one, sizeof one) == sizeof one);  // the counter cannot be full
}

}  // namespace grapnel::process
