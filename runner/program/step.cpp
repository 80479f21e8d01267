// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/step.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <chrono>
#include <utility>

namespace grapnel::program {

namespace asio = boost::asio;

asio::awaitable<process::ChildResult> run_step(const Step& step, const StepContext& context) {
  const Environment& environment = context.toolchain.environment;
  const std::filesystem::path executable = step.arguments.front();
  value_or_throw(hooks::base::create_directories(step.log_directory));
  value_or_throw(hooks::base::publish_file(
      step.run_sh(), repeat_script(executable, step.arguments, environment, step.working_directory)));
  if (context.observer != nullptr) {
    context.observer->on_step(step.what, Redactor(environment).redact(command_line(step.arguments)));
  }
  process::ChildRequest request;
  request.executable = executable;
  request.arguments = step.arguments;
  request.environment = environment;
  request.working_directory = step.working_directory;
  request.stdout_file = step.log_directory / "stdout.txt";
  request.stderr_file = step.log();
  request.grace_period = context.toolchain.grace_period;
  co_return co_await process::supervise(std::move(request), context.launcher, context.stop);
}

asio::awaitable<std::optional<FileLock>> lock_programs(const std::filesystem::path& lock, const StepContext& context) {
  constexpr std::chrono::milliseconds kInterval(50);
  const auto began = std::chrono::steady_clock::now();
  while (!context.stop.stop_requested()) {
    if (auto taken = FileLock::try_acquire(lock, "building the programs of hooks")) co_return taken;
    if (std::chrono::steady_clock::now() - began >= context.toolchain.lock_timeout) {
      throw SystemError("another runner held the lock '" + lock.string() + "' for the whole waiting time. Its owner: " +
                            FileLock::owner_of(lock) + ". End that process, or wait for it, and run again.",
                        ETIMEDOUT);
    }
    asio::steady_timer timer(co_await asio::this_coro::executor, kInterval);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return std::nullopt;
}

}  // namespace grapnel::program
