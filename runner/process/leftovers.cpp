// SPDX-License-Identifier: BSD-3-Clause
#include "runner/process/leftovers.hpp"

#include "hooks_api/base/files.hpp"
#include "hooks_api/base/shown.hpp"
#include "runner/base/errors.hpp"
#include "runner/process/carriers.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace grapnel::process {

namespace {

std::string variable(const std::string& value) { return std::string(kTokenVariable) + "=" + value; }

std::vector<Leftover> sorted(std::vector<Leftover> found) {
  std::sort(found.begin(), found.end(), [](const Leftover& a, const Leftover& b) { return a.pid < b.pid; });
  return found;
}

}  // namespace

std::string new_run_id() {
  std::array<unsigned char, 8> bytes{};
  if (hooks::base::repeat_on_eintr([&] { return ::getrandom(bytes.data(), bytes.size(), 0); }) !=
      static_cast<ssize_t>(bytes.size())) {
    throw SystemError(hooks::base::system_error("no random numbers for the name of a run", errno).value());
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kDigits[byte >> 4U];
    id += kDigits[byte & 15U];
  }
  return id;
}

std::string command_of(pid_t pid) {
  constexpr std::size_t kLimit = 512;
  std::array<char, kLimit> bytes{};
  ssize_t count = 0;
  if (const hooks::base::Fd file(open_process_file(pid, "cmdline")); file) {
    count = hooks::base::repeat_on_eintr([&] { return ::read(file.get(), bytes.data(), bytes.size()); });
  }
  std::string command(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  while (!command.empty() && command.back() == '\0') command.pop_back();
  std::replace(command.begin(), command.end(), '\0', ' ');
  if (command.empty()) {
    ProcessStat stat{};
    if (read_stat(pid, stat)) command = stat.name;
  }
  return hooks::base::shown_place(command);
}

std::vector<Leftover> processes_of_run(const std::string& run_id) {
  const std::string text = variable(run_id + "/");
  const Mark mark{text.data(), text.size(), false};
  std::vector<Leftover> found;
  each_process([&](pid_t pid) {
    if (pid != ::getpid() && carries(pid, mark) == Carries::yes) found.push_back({pid, command_of(pid)});
  });
  return sorted(std::move(found));
}

std::vector<Leftover> processes_of(pid_t group, const std::string& token) {
  const std::string text = variable(token);
  const Mark mark{text.data(), text.size(), true};
  std::vector<Leftover> found;
  each_process([&](pid_t pid) {
    ProcessStat stat{};
    if (pid == ::getpid() || !read_stat(pid, stat) || !stat.lives()) return;
    const bool member = group > 0 && stat.group == group && pid != group;
    if (member || (!token.empty() && carries(pid, mark) == Carries::yes)) found.push_back({pid, command_of(pid)});
  });
  return sorted(std::move(found));
}

bool kill_carriers(const std::string& token, std::vector<hooks::base::Fd>& dying) {
  const std::string text = variable(token);
  return kill_who_carries({text.data(), text.size(), true}, [&](int pidfd) { dying.emplace_back(pidfd); });
}

bool kill_carriers_of_run(const std::string& run_id, std::vector<hooks::base::Fd>& dying) {
  const std::string text = variable(run_id + "/");
  return kill_who_carries({text.data(), text.size(), false}, [&](int pidfd) { dying.emplace_back(pidfd); });
}

}  // namespace grapnel::process
