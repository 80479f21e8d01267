// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/ticker.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <utility>

namespace grapnel::engine {

struct Ticker::Beat : std::enable_shared_from_this<Beat> {
  Beat(const boost::asio::any_io_executor& executor, std::function<void()> its_call)
      : timer(executor), call(std::move(its_call)) {}

  void wait() {
    constexpr auto kPause = std::chrono::milliseconds(100);
    timer.expires_after(kPause);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (failure || !self) return;
      self->call();
      self->wait();
    });
  }

  boost::asio::steady_timer timer;
  std::function<void()> call;
};

Ticker::Ticker(const boost::asio::any_io_executor& executor, std::function<void()> on_tick)
    : beat_(std::make_shared<Beat>(executor, std::move(on_tick))) {
  beat_->wait();
}

Ticker::~Ticker() = default;

}  // namespace grapnel::engine
