// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/supervise_patiently.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace grapnel::process {

namespace asio = boost::asio;

asio::awaitable<ChildResult> supervise_patiently(ChildRequest request, Launcher& launcher, std::stop_token stop,
                                                 std::function<bool(int)> on_shortage) {
  constexpr std::chrono::milliseconds kLongestPause(500);
  constexpr std::chrono::seconds kPatience(30);
  auto began = std::chrono::steady_clock::now();
  std::chrono::milliseconds pause(10);
  while (true) {
    ChildRequest again = request;
    ChildResult result = co_await supervise(std::move(again), launcher, stop);
    if (result.short_of == 0 || std::chrono::steady_clock::now() - began > kPatience) co_return result;
    if (on_shortage && on_shortage(result.short_of)) began = std::chrono::steady_clock::now();
    asio::steady_timer timer(co_await asio::this_coro::executor, pause);
    co_await timer.async_wait(asio::use_awaitable);
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace grapnel::process
