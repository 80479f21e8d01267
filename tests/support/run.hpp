// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Runs a real program to its end.
#pragma once

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

namespace tests {

struct Ended {
  int exit_code = -1;  ///< of a normal end
  int signal = 0;      ///< that ended it
  std::string out;
  std::string err;
  long peak_kib = 0;  ///< the largest resident set of the program or of one that it waited for
};

/// This process's environment with some variables added or replaced (NAME=VALUE); without those that tell programs of
/// the terminal or the CI system that the tests may run in.
inline std::vector<std::string> environment_with(const std::vector<std::string>& more = {}) {
  std::vector<std::string> environment = more;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const char* other : {"NO_COLOR=", "CLICOLOR_FORCE=", "CI=", "GITHUB_ACTIONS=", "GITHUB_STEP_SUMMARY=",
                              "LUCI_CONTEXT=", "LOGDOG_STREAM_SERVER_PATH=", "TF_BUILD=", "TEAMCITY_VERSION="}) {
      replaced = replaced || name == other;
    }
    for (const std::string& other : more) replaced = replaced || other.starts_with(name);
    if (!replaced) environment.push_back(text);
  }
  return environment;
}

/// What a started process needs to be waited for.
struct Started {
  pid_t pid = 0;
  std::filesystem::path out;
  std::filesystem::path err;

  /// Waits for the end.
  [[nodiscard]] Ended wait() const {
    int status = 0;
    rusage usage{};
    while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    Ended ended{.out = read_text(out), .err = read_text(err), .peak_kib = usage.ru_maxrss};
    if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
    return ended;
  }
};

/// Starts `arguments` in `directory`; its output goes to files in `logs`.
inline Started start(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                     const std::filesystem::path& logs, std::vector<std::string> environment = environment_with()) {
  static int count = 0;
  const std::string number = std::to_string(++count);
  Started started{.out = logs / ("out." + number), .err = logs / ("err." + number)};
  const auto out = hooks::base::open_file(started.out, O_WRONLY | O_CREAT | O_TRUNC).value();
  const auto err = hooks::base::open_file(started.err, O_WRONLY | O_CREAT | O_TRUNC).value();
  const auto pid = hooks::base::spawn({.executable = arguments.front(),
                                       .arguments = arguments,
                                       .environment = std::move(environment),
                                       .working_directory = directory,
                                       .stdout_fd = out.get(),
                                       .stderr_fd = err.get()});
  if (!pid) throw std::runtime_error(pid.error().message);
  started.pid = *pid;
  return started;
}

inline Ended run(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                 const std::filesystem::path& logs, std::vector<std::string> environment = environment_with()) {
  return start(arguments, directory, logs, std::move(environment)).wait();
}

}  // namespace tests
