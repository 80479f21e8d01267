// SPDX-License-Identifier: BSD-3-Clause
#include "runner/program/step.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/lock_wait.hpp"
#include "runner/base/shell.hpp"
#include "runner/process/supervise_patiently.hpp"
#include "runner/program/directories.hpp"

#include <utility>

namespace grapnel::program {

namespace asio = boost::asio;

process::ChildRequest child_request(std::vector<std::string> arguments, const std::filesystem::path& working_directory,
                                    const StepContext& context) {
  process::ChildRequest request;
  request.executable = arguments.front();
  request.arguments = std::move(arguments);
  request.environment = context.toolchain.environment;
  request.working_directory = working_directory;
  request.grace_period = context.toolchain.grace_period;
  request.time_limit = context.toolchain.time_limit;
  context.observer.equip(request);
  return request;
}

asio::awaitable<process::ChildResult> run_step(const Step& step, const StepContext& context) {
  const Environment& environment = context.toolchain.environment;
  const std::filesystem::path executable = step.arguments.front();
  value_or_throw(hooks::base::create_directories(step.log_directory));
  value_or_throw(hooks::base::publish_file(
      step.run_sh(),
      repeat_script(executable, step.arguments, environment, step.working_directory, context.toolchain.policy)));
  context.observer.on_step(step.what,
                           Redactor(environment, context.toolchain.policy).redact(command_line(step.arguments)));
  process::ChildRequest request = child_request(step.arguments, step.working_directory, context);
  request.stdout_file = step.output();
  request.stderr_file = step.log();
  co_return co_await process::supervise_patiently(std::move(request), context.launcher, context.stop,
                                                  [&context](int lack) { return context.observer.on_shortage(lack); });
}

asio::awaitable<std::optional<FileLock>> lock_programs(const workspace::Package& package, const Toolchain& toolchain,
                                                       StepObserver& observer, std::stop_token stop) {
  const ProgramDirectories directories(toolchain.own_directory, package.name);
  LockWait wait{.timeout = toolchain.lock_timeout,
                .stop = std::move(stop),
                .on_wait = [&observer](const std::string& sentence) { observer.on_wait(sentence); }};
  co_return co_await wait_for_lock(directories.lock(), "building the programs of hooks", std::move(wait));
}

Prepared failed(const Step& step, process::ChildResult child, std::string what) {
  BuildFailure failure{std::move(child), step.log(), step.run_sh(), std::move(what)};
  if (failure.child.stderr_tail.empty() && !failure.child.stdout_tail.empty()) {
    failure.log = step.output();
    failure.child.stderr_tail = failure.child.stdout_tail;
  }
  Prepared prepared;
  prepared.failure = std::move(failure);
  return prepared;
}

Prepared canceled() {
  Prepared prepared;
  BuildFailure failure;
  failure.child.end = NotStarted{ECANCELED, "canceled before the program was built"};
  failure.child.stopped = process::Stopped::by_request;
  failure.what = "building the program";
  prepared.failure = std::move(failure);
  return prepared;
}

}  // namespace grapnel::program
