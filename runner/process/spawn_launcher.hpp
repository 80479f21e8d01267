// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A launcher for Boost.Process v2 that does not fork. Heavy: for few sources.
#pragma once

#include "runner/process/boost_process.hpp"
#include "runner/process/launcher.hpp"

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::process {

/// The initializer for argv[0], which v2 has none for; without it, argv[0] is the executable.
struct ProgramName {
  std::string name;
};

/// The initializer for descriptors 3, 4, …, as in hooks::base::SpawnRequest.
struct MoreDescriptors {
  std::vector<int> fds;
};

/// v2's launcher concept on a Launcher: called with an executor, an executable, its arguments and initializers, it
/// gives a process. v2's own launchers fork, which costs 20 ms for each GiB of the caller, leave zombies where exec
/// fails, and leak descriptors; one of them breaks the event loop.
///
/// Of v2's initializers it knows process_environment, process_start_dir and process_stdio (a descriptor below 0 is
/// /dev/null). The defaults differ from v2's: no environment, /dev/null three times. The process leads a group of
/// its own. As v2 has it, destroying a process that was neither detached nor waited for kills it.
class SpawnLauncher {
 public:
  /// Borrows `system`.
  explicit SpawnLauncher(Launcher& system) : system_(&system) {}

  template <typename Executor, typename Arguments, typename... Initializers>
  boost::process::v2::basic_process<Executor> operator()(Executor executor, boost::system::error_code& failure,
                                                         const std::filesystem::path& executable, Arguments&& arguments,
                                                         Initializers&&... initializers) {
    hooks::base::SpawnRequest request;
    request.executable = executable;
    request.arguments.push_back(executable.native());
    for (const auto& argument : arguments) request.arguments.emplace_back(argument);
    (apply(request, initializers), ...);
    const Started started = start(request);
    failure.assign(error_.error_number, boost::system::system_category());
    if (failure) return boost::process::v2::basic_process<Executor>(std::move(executor));
    return adopt(std::move(executor), started);
  }

  template <typename Executor, typename Arguments, typename... Initializers>
  boost::process::v2::basic_process<Executor> operator()(Executor executor, const std::filesystem::path& executable,
                                                         Arguments&& arguments, Initializers&&... initializers) {
    boost::system::error_code failure;
    auto process = (*this)(std::move(executor), failure, executable, std::forward<Arguments>(arguments),
                           std::forward<Initializers>(initializers)...);
    if (failure) throw boost::system::system_error(failure, error_.message);
    return process;
  }

  /// What an error_code cannot say about the last failure: which file was at fault.
  [[nodiscard]] const hooks::base::Error& error() const noexcept { return error_; }

 private:
  struct Started {
    pid_t pid = -1;
    int pidfd = -1;
  };

  /// Sets error_; the caller owns the pidfd. Starts nothing where there are no descriptors to watch it with: one here,
  /// one for who waits for it.
  Started start(const hooks::base::SpawnRequest& request);
  /// Ends a process that nobody will wait for.
  static void abandon(const Started& started) noexcept;

  template <typename Executor>
  static boost::process::v2::basic_process<Executor> adopt(Executor executor, const Started& started) {
    try {
      return boost::process::v2::basic_process<Executor>(std::move(executor), started.pid, started.pidfd);
    } catch (...) {
      abandon(started);
      throw;
    }
  }

  static void apply(hooks::base::SpawnRequest& request, const ProgramName& program) {
    request.arguments.front() = program.name;
  }
  static void apply(hooks::base::SpawnRequest& request, const boost::process::v2::process_environment& environment) {
    for (const char* const variable : environment.env) {
      if (variable != nullptr) request.environment.emplace_back(variable);
    }
  }
  static void apply(hooks::base::SpawnRequest& request, const boost::process::v2::process_start_dir& directory) {
    request.working_directory = directory.start_dir;
  }
  static void apply(hooks::base::SpawnRequest& request, const boost::process::v2::process_stdio& streams) {
    request.stdin_fd = streams.in.fd;
    request.stdout_fd = streams.out.fd;
    request.stderr_fd = streams.err.fd;
  }
  static void apply(hooks::base::SpawnRequest& request, const MoreDescriptors& descriptors) {
    request.more_fds = descriptors.fds;
  }
  static void apply(hooks::base::SpawnRequest& request, hooks::base::WhenBusy when_busy) {
    request.when_busy = when_busy;
  }

  Launcher* system_;
  hooks::base::Error error_;
};

}  // namespace grapnel::process
