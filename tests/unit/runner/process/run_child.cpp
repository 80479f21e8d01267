// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/runner/process/run_child.hpp"

#include "hooks_api/base/files.hpp"
#include "tests/support/program.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <exception>
#include <utility>

namespace tests {

namespace asio = boost::asio;
using grapnel::process::ChildRequest;
using grapnel::process::ChildResult;
using grapnel::process::Launcher;
using grapnel::process::SystemLauncher;

ChildRequest child(const TemporaryDirectory& directory, const std::string& name, std::vector<std::string> arguments) {
  ChildRequest request;
  request.executable = program(name);
  request.arguments = std::move(arguments);
  request.arguments.insert(request.arguments.begin(), request.executable.native());
  request.working_directory = directory.path();
  request.stdout_file = directory / "stdout.txt";
  request.stderr_file = directory / "stderr.txt";
  return request;
}

namespace {

/// One child on a loop of its own.
class Run {
 public:
  explicit Run(Launcher* launcher = nullptr) : launcher_(launcher != nullptr ? *launcher : system_) {
    asio::steady_timer(context_).cancel();  // makes the loop open what it needs
  }

  ChildResult operator()(const ChildRequest& request, std::stop_token stop) {
    asio::co_spawn(context_, grapnel::process::supervise(request, launcher_, std::move(stop)),
                   [&](std::exception_ptr failure, ChildResult result) {
                     failure_ = std::move(failure);
                     result_ = std::move(result);
                     context_.stop();
                   });
    context_.run();
    if (failure_) std::rethrow_exception(failure_);
    return result_;
  }

  asio::io_context& context() { return context_; }

 private:
  SystemLauncher system_;
  Launcher& launcher_;
  asio::io_context context_{1};
  ChildResult result_;
  std::exception_ptr failure_;
};

}  // namespace

ChildResult run_child(const ChildRequest& request, std::stop_token stop, Launcher* launcher) {
  return Run(launcher)(request, std::move(stop));
}

ChildResult run_child_with_descriptors(const ChildRequest& request, unsigned spare) {
  Run run;
  rlimit saved{};
  ::getrlimit(RLIMIT_NOFILE, &saved);
  rlimit low = saved;
  const hooks::base::Fd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  low.rlim_cur = static_cast<rlim_t>(lowest_free.get()) + 1 + spare;
  ::setrlimit(RLIMIT_NOFILE, &low);
  struct Restore {
    rlimit limit;
    ~Restore() { ::setrlimit(RLIMIT_NOFILE, &limit); }
  } const restore{saved};
  return run(request, {});
}

ChildResult run_child_and_go_on(const ChildRequest& request, const std::function<void()>& afterwards,
                                const std::function<bool()>& done) {
  Run run;
  auto result = run(request, {});
  afterwards();
  run.context().restart();
  while (!done()) run.context().run_for(std::chrono::milliseconds(1));
  return result;
}

std::vector<ChildResult> run_children(const std::vector<ChildRequest>& requests, std::size_t at_once,
                                      const std::stop_token& stop) {
  SystemLauncher system;
  asio::io_context context(1);
  std::vector<ChildResult> results(requests.size());
  std::exception_ptr failure;
  std::size_t next = 0;
  std::size_t running = 0;
  const std::function<void()> start_next = [&] {
    while (running < at_once && next < requests.size() && !failure) {
      const std::size_t index = next++;
      ++running;
      asio::co_spawn(context, grapnel::process::supervise(requests[index], system, stop),
                     [&, index](const std::exception_ptr& its_failure, ChildResult its_result) {
                       --running;
                       if (its_failure) failure = its_failure;
                       results[index] = std::move(its_result);
                       start_next();
                     });
    }
    if (running == 0) context.stop();
  };
  start_next();
  context.run();
  if (failure) std::rethrow_exception(failure);
  return results;
}

void abandon_child(const ChildRequest& request, const std::filesystem::path& file) {
  SystemLauncher system;
  asio::io_context context(1);
  asio::co_spawn(context, grapnel::process::supervise(request, system, {}),
                 [](const std::exception_ptr&, const ChildResult&) {});
  while (!std::filesystem::exists(file)) context.run_for(std::chrono::milliseconds(1));
}

bool has_child() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

}  // namespace tests
