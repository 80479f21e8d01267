// SPDX-License-Identifier: BSD-3-Clause
#include "runner/cache/log_users.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace grapnel::cache {

namespace {

namespace fs = std::filesystem;

bool has_open(const fs::path& descriptors, const std::string& file) {
  std::error_code error;
  fs::directory_iterator it(descriptors, error);  // fails for a process that has ended, or is not ours to look at
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code gone;
    const std::string target = fs::read_symlink(it->path(), gone).native();
    if (!gone && (target == file || target == file + " (deleted)")) return true;
  }
  return false;
}

}  // namespace

std::vector<pid_t> users_of_log(const fs::path& file) {
  std::vector<pid_t> users;
  std::error_code error;
  const std::string real = fs::weakly_canonical(file, error).native();
  if (error) return users;
  fs::directory_iterator it("/proc", error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().native();
    pid_t pid = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (failure != std::errc() || end != name.data() + name.size() || pid == ::getpid()) continue;
    if (has_open(it->path() / "fd", real)) users.push_back(pid);
  }
  std::sort(users.begin(), users.end());
  return users;
}

}  // namespace grapnel::cache
