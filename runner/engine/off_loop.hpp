// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Work that would keep the loop from everything else for long.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

namespace grapnel::engine {

/// Calls `work` on a thread of its own while the loop goes on, and gives what it gives, or throws what it throws. What
/// `work` touches nobody else may change meanwhile. Where there is no thread to be had, it is called here. Whoever
/// destroys the coroutine before its end waits for `work`.
template <typename Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> off_loop(Work work) {
  namespace asio = boost::asio;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::optional<std::invoke_result_t<Work&>> result;
  std::exception_ptr failure;
  asio::steady_timer over(executor, asio::steady_timer::time_point::max());
  {
    std::jthread thread;
    try {
      thread = std::jthread([&] {
        try {
          result.emplace(work());
        } catch (...) {
          failure = std::current_exception();
        }
        asio::post(executor, [&over] { over.cancel(); });
      });
    } catch (const std::system_error&) {
      // The system is short of threads.
    }
    if (thread.joinable()) {
      boost::system::error_code ignored;
      co_await over.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    } else {
      result.emplace(work());
    }
  }
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*result);
}

}  // namespace grapnel::engine
