// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/supervise.hpp"

#include "runner/base/errors.hpp"
#include "runner/process/capture.hpp"
#include "runner/process/child.hpp"
#include "runner/process/oom.hpp"
#include "runner/process/spawn_launcher.hpp"
#include "runner/process/stop_relay.hpp"

#include <boost/asio/this_coro.hpp>

#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <span>
#include <utility>

namespace grapnel::process {

namespace {

namespace asio = boost::asio;
namespace v2 = boost::process::v2;

/// A child that runs, or why it does not.
tl::expected<std::shared_ptr<Child>, NotStarted> start(const asio::any_io_executor& executor, Launcher& system,
                                                       const ChildRequest& request, const Capture& output,
                                                       const Capture& errors) {
  SpawnLauncher launch(system);
  boost::system::error_code failure;
  constexpr int kNull = -1;
  const std::span<const std::string> arguments(request.arguments);
  auto process =
      launch(executor, failure, request.executable, arguments.subspan(std::min<std::size_t>(1, arguments.size())),
             ProgramName{arguments.empty() ? request.executable.native() : arguments.front()},
             v2::process_environment(request.environment), v2::process_start_dir(request.working_directory),
             v2::process_stdio{kNull, output.write_end(), errors.write_end()});
  if (failure) return tl::make_unexpected(NotStarted{failure.value(), launch.error().message});
  return std::make_shared<Child>(std::move(process), request.grace_period);
}

ProcessEnd end_of(const siginfo_t& end) {
  if (end.si_code == CLD_EXITED) return Exited{end.si_status};
  return Signaled{end.si_status, end.si_code == CLD_DUMPED};
}

bool is_killed(const ProcessEnd& end) {
  const auto* signaled = std::get_if<Signaled>(&end);
  return signaled != nullptr && signaled->signal == SIGKILL;
}

/// Ends the child where the coroutine does not come to its end.
struct EndNow {
  explicit EndNow(Child& its_child) : child(its_child) {}
  EndNow(const EndNow&) = delete;
  EndNow& operator=(const EndNow&) = delete;
  ~EndNow() { child.end_now(); }
  Child& child;
};

}  // namespace

asio::awaitable<ChildResult> supervise(ChildRequest request, Launcher& launcher, std::stop_token stop) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  ChildResult result;
  if (stop.stop_requested()) {
    result.stopped = Stopped::by_request;
    result.end =
        NotStarted{ECANCELED, "cannot start '" + request.executable.native() + "': a stop was requested before"};
    co_return result;
  }
  const auto output = std::make_shared<Capture>(executor, request.stdout_file);
  const auto errors = std::make_shared<Capture>(executor, request.stderr_file);
  result.started = output->created();
  const auto oom_kills_before = oom_kills();
  const auto begin = std::chrono::steady_clock::now();

  const auto child = start(executor, launcher, request, *output, *errors);
  if (!child) {
    result.end = child.error();
    co_return result;
  }
  const EndNow guard(**child);
  const StopRelay relay(executor, stop, [weak = std::weak_ptr(*child)] {
    if (const auto running = weak.lock()) running->stop();
  });
  output->start();
  errors->start();
  const siginfo_t end = co_await (*child)->wait();

  result.duration = std::chrono::steady_clock::now() - begin;
  result.end = end_of(end);
  if ((*child)->is_stopping()) result.stopped = Stopped::by_request;
  result.out_of_memory = is_killed(result.end) && result.stopped == Stopped::no && oom_kills() > oom_kills_before;
  output->finish();
  errors->finish();
  result.stdout_tail = output->take_tail();
  result.stderr_tail = errors->take_tail();
  result.pipe_still_held = output->is_held() || errors->is_held();
  result.capture_error = output->error() ? output->error() : errors->error();
  co_return result;
}

}  // namespace grapnel::process
