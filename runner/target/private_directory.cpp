// SPDX-License-Identifier: BSD-3-Clause
#include "runner/target/private_directory.hpp"

#include "hooks_api/base/files.hpp"
#include "runner/base/errors.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

namespace grapnel::target {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "run-";

// The process that a directory belongs to; 0 for other directories.
pid_t owner_of(const std::string& name) {
  if (name.compare(0, kPrefix.size(), kPrefix) != 0) return 0;
  pid_t owner = 0;
  const char* const begin = name.data() + kPrefix.size();
  const auto [end, error] = std::from_chars(begin, name.data() + name.size(), owner);
  return error == std::errc() && end != name.data() + name.size() && *end == '-' && owner > 0 ? owner : 0;
}

void remove_those_of_the_dead(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
    const pid_t owner = owner_of(entry->path().filename().native());
    if (owner == 0 || ::kill(owner, 0) == 0 || errno != ESRCH) continue;
    (void)hooks::base::remove_path(entry->path());
  }
}

}  // namespace

PrivateDirectory::PrivateDirectory(fs::path parent) : parent_(std::move(parent)) {}

PrivateDirectory::~PrivateDirectory() {
  if (!path_.empty()) (void)hooks::base::remove_path(path_);
}

fs::path PrivateDirectory::make(const std::string& name) {
  if (path_.empty()) {
    static std::atomic<unsigned> number = 0;
    remove_those_of_the_dead(parent_);
    path_ = parent_ / (std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(++number));
    value_or_throw(hooks::base::remove_path(path_));  // of a process that had our number
  }
  fs::path made = path_ / name;
  value_or_throw(hooks::base::create_directories(made));
  return made;
}

void PrivateDirectory::remove(const std::string& name) noexcept {
  if (!path_.empty()) (void)hooks::base::remove_path(path_ / name);
}

}  // namespace grapnel::target
