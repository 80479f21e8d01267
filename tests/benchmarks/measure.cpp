// SPDX-License-Identifier: BSD-3-Clause
#include "tests/benchmarks/measure.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/spawn.hpp"
#include "runner/base/errors.hpp"
#include "runner/base/shell.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>

namespace bench {

namespace {

Milliseconds median(std::vector<Milliseconds> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Comparison in_turns(int rounds, const std::function<Milliseconds()>& ours, const std::function<Milliseconds()>& other) {
  std::vector<Milliseconds> our_times;
  std::vector<Milliseconds> other_times;
  for (int round = 0; round <= rounds; ++round) {
    const auto our_time = ours();
    const auto other_time = other();
    if (round == 0) continue;
    our_times.push_back(our_time);
    other_times.push_back(other_time);
  }
  return {median(std::move(our_times)), median(std::move(other_times))};
}

Milliseconds time_of(const std::function<void()>& call) {
  const auto begin = std::chrono::steady_clock::now();
  call();
  return std::chrono::steady_clock::now() - begin;
}

void run_bare(const std::vector<std::string>& command, const std::vector<std::string>& environment, Output output) {
  const auto arguments = pointers_to(command);
  const auto variables = pointers_to(environment);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (output == Output::dropped) {
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  pid_t pid = -1;
  const int failure =
      ::posix_spawn(&pid, command.front().c_str(), &actions, nullptr, arguments.data(), variables.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::system_error(failure, std::generic_category(), command.front());
  siginfo_t end{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED) != 0) {
    throw std::system_error(errno, std::generic_category(), "waitid");
  }
  if (end.si_code != CLD_EXITED || end.si_status != 0) {
    throw std::runtime_error(grapnel::command_line(command) + ": did not end with 0");
  }
}

Directory::Directory() {
  std::string name = (std::filesystem::temp_directory_path() / "grapnel bench XXXXXX").native();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  grapnel::value_or_throw(hooks::base::create_directories(file.parent_path()));
  grapnel::value_or_throw(hooks::base::publish_file(file, text));
}

double peak_of(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
  const auto pid =
      hooks::base::spawn({.executable = command.front(), .arguments = command, .environment = environment});
  if (!pid) throw std::runtime_error(pid.error().message);
  int status = 0;
  rusage usage{};
  ::wait4(*pid, &status, 0, &usage);
  if (status != 0) throw std::runtime_error("'" + command.front() + "' failed");
  constexpr double kKibibytes = 1024;
  return static_cast<double>(usage.ru_maxrss) / kKibibytes;
}

}  // namespace bench
