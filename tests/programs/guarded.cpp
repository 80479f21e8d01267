// SPDX-License-Identifier: BSD-3-Clause
// guarded RUN DIRECTORY COMMAND...: a runner that is made to be killed. Runs COMMAND under supervision, with a guard
// and the token RUN/1; its logs are in DIRECTORY. Prints the guard's number first. Ends with the child's exit code.
#include "runner/process/guard.hpp"
#include "runner/process/supervise.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  const std::string run = argv[1];
  const std::filesystem::path directory = argv[2];
  grapnel::process::SystemLauncher system;
  grapnel::process::Guard guard(system, run);
  std::printf("%d\n", guard.pid());
  std::fflush(stdout);
  grapnel::process::ChildRequest request;
  request.executable = argv[3];
  request.arguments.assign(argv + 3, argv + argc);
  request.working_directory = directory;
  request.stdout_file = directory / "stdout.txt";
  request.stderr_file = directory / "stderr.txt";
  request.token = run + "/1";
  request.guard = &guard;
  boost::asio::io_context context(1);
  int exit_code = 70;
  boost::asio::co_spawn(context, grapnel::process::supervise(request, system, {}),
                        [&](const std::exception_ptr& failure, const grapnel::process::ChildResult& result) {
                          const auto* end = std::get_if<grapnel::Exited>(&result.end);
                          if (!failure && end != nullptr) exit_code = end->code;
                          context.stop();
                        });
  context.run();
  return exit_code;
}
