// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/end_carriers.hpp"

#include "runner/process/leftovers.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace grapnel::process {

namespace asio = boost::asio;

namespace {

using Pidfds = std::vector<hooks::base::Fd>;

bool has_ended(const hooks::base::Fd& pidfd) {
  pollfd state{pidfd.get(), POLLIN, 0};
  return ::poll(&state, 1, 0) == 1;
}

// `kill` says whether nobody was found, which counts when it comes twice: see kill_carriers().
asio::awaitable<void> until_nobody_is_found(bool (*kill)(const std::string&, Pidfds&), std::string whom) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kPatience = std::chrono::seconds(10);
  constexpr auto kLongestPause = std::chrono::milliseconds(16);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  auto pause = std::chrono::milliseconds(1);
  const auto began = Clock::now();
  Pidfds dying;
  int nobody = 0;
  while (Clock::now() - began < kPatience) {
    const bool nobody_found = kill(whom, dying);
    std::erase_if(dying, has_ended);
    nobody = nobody_found && dying.empty() ? nobody + 1 : 0;
    if (nobody == 2) break;
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace

asio::awaitable<void> end_carriers(std::string token) { return until_nobody_is_found(kill_carriers, std::move(token)); }

asio::awaitable<void> end_carriers_of_run(std::string run_id) {
  return until_nobody_is_found(kill_carriers_of_run, std::move(run_id));
}

}  // namespace grapnel::process
