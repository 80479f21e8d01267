// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What runs the child processes of one call of build_targets(): the stages of hooks come one after another, so whoever
/// asks for something waits for it here. Heavy: includes Asio.
#pragma once

#include "runner/process/guard.hpp"
#include "runner/process/launcher.hpp"
#include "runner/process/supervise.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace grapnel::target {

/// A loop with a launcher, a guard and a token for all that it starts. Used on one thread; children run on while nobody
/// waits, and what they print is taken when somebody does.
class Loop {
 public:
  struct Options {
    std::stop_token stop{};
    std::stop_token kill{};  ///< ends the grace period
    std::chrono::milliseconds grace_period = std::chrono::seconds(5);
    std::filesystem::path temporary_directory{};  ///< for the guard, where memory cannot be executed; may be empty
  };
  explicit Loop(Options options);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Kills what hooks have left to live on.
  ~Loop();

  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] process::Launcher& launcher() noexcept { return launcher_; }
  [[nodiscard]] const Options& options() const noexcept { return options_; }

  /// Gives a child its token, the guard and the limits of stopping. Throws SystemError.
  void equip(process::ChildRequest& child);

  /// Waits for a coroutine. Throws what it throws.
  template <typename Result>
  Result run(boost::asio::awaitable<Result> task) {
    std::optional<Result> result;
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(context_, std::move(task), [&](const std::exception_ptr& error, Result value) {
      failure = error;
      if (!error) result.emplace(std::move(value));
      is_done = true;
    });
    wait_until(is_done);
    if (failure) std::rethrow_exception(failure);
    return *std::move(result);
  }

 private:
  void wait_until(const bool& is_done);

  Options options_;
  std::string run_id_;
  process::SystemLauncher launcher_;
  std::optional<process::Guard> guard_;
  std::size_t children_ = 0;
  boost::asio::io_context context_{1};  // the last one: what still runs on it uses the others
};

}  // namespace grapnel::target
