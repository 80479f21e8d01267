// SPDX-License-Identifier: BSD-3-Clause
#include "runner/base/lock_wait.hpp"

#include "runner/base/errors.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>

namespace grapnel {

namespace asio = boost::asio;

asio::awaitable<std::optional<FileLock>> wait_for_lock(std::filesystem::path file, std::string purpose, LockWait wait) {
  constexpr std::chrono::milliseconds kInterval(50);
  constexpr std::chrono::seconds kSilence(1);
  constexpr std::chrono::seconds kPatience(30);
  const auto began = std::chrono::steady_clock::now();
  auto short_since = began;
  bool said = false;
  while (!wait.stop.stop_requested()) {
    try {
      if (auto lock = FileLock::try_acquire(file, purpose, wait.run)) co_return lock;
    } catch (const SystemError& error) {
      // Descriptors come back when something else ends.
      const int lack = error.error_number();
      const auto now = std::chrono::steady_clock::now();
      if ((lack != EMFILE && lack != ENFILE) || now - short_since > kPatience) throw;
      if (wait.on_shortage && wait.on_shortage(lack)) short_since = now;
    }
    const auto waited = std::chrono::steady_clock::now() - began;
    if (waited >= wait.timeout) {
      throw SystemError("another runner held the lock '" + file.string() + "' for the whole waiting time. Its owner: " +
                            FileLock::owner_of(file) + ". End that process, or wait for it, and run again.",
                        ETIMEDOUT);
    }
    if (waited >= kSilence && !said && wait.on_wait) {
      said = true;
      wait.on_wait("waiting for the lock '" + file.string() + "'. Its owner: " + FileLock::owner_of(file));
    }
    asio::steady_timer timer(co_await asio::this_coro::executor, kInterval);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return std::nullopt;
}

}  // namespace grapnel
