// SPDX-License-Identifier: BSD-3-Clause
// share_jobs JOBS COMMAND...: runs shell commands at once under a jobserver, each with a slot of its own, as far as
// there are tokens; a client where MAKEFLAGS says so. After SIGTERM it stops them. Ends with 1 where one of them
// failed, and says the jobserver's warning on standard error.
#include "hooks_api/base/pidfd.hpp"
#include "hooks_api/base/spawn.hpp"
#include "runner/process/jobserver.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using grapnel::process::Jobserver;

pid_t start(const std::string& command, const Jobserver::Slot& slot) {
  const auto pid = hooks::base::spawn({.executable = "/bin/sh",
                                       .arguments = {"sh", "-c", command},
                                       .environment = tests::environment_with(slot.environment()),
                                       .working_directory = {},
                                       .stdout_fd = STDOUT_FILENO,
                                       .stderr_fd = STDERR_FILENO,
                                       .more_fds = slot.descriptors()});
  if (!pid) throw std::runtime_error(pid.error().message);
  return *pid;
}

struct Jobs {
  Jobserver& server;
  std::stop_source stop;
  std::vector<pid_t> running;
  bool failed = false;
};

asio::awaitable<void> run(std::string command, Jobs& jobs) {
  auto executor = co_await asio::this_coro::executor;
  auto slot = co_await jobs.server.acquire(jobs.stop.get_token());
  if (!slot) {
    jobs.failed = true;
    co_return;
  }
  const pid_t pid = start(command, *slot);
  jobs.running.push_back(pid);
  asio::posix::stream_descriptor end(executor, hooks::base::open_pidfd(pid));
  co_await end.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  int status = 0;
  ::waitpid(pid, &status, 0);
  std::erase(jobs.running, pid);
  jobs.failed = jobs.failed || status != 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  asio::io_context context(1);
  const char* makeflags = std::getenv("MAKEFLAGS");
  Jobserver server(context.get_executor(), static_cast<unsigned>(std::atoi(argv[1])),
                   makeflags != nullptr ? makeflags : "");
  if (!server.warning().empty()) std::fprintf(stderr, "%s\n", server.warning().c_str());
  Jobs jobs{server, {}, {}};
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& failure, int) {
    if (failure) return;
    jobs.stop.request_stop();
    for (const pid_t pid : jobs.running) ::kill(-pid, SIGTERM);
  });
  int left = argc - 2;
  for (int i = 2; i < argc; ++i) {
    asio::co_spawn(context, run(argv[i], jobs), [&](const std::exception_ptr& failure) {
      if (failure) jobs.failed = true;
      if (--left == 0) context.stop();
    });
  }
  context.run();
  return jobs.failed ? 1 : 0;
}
